"""统计分析: facts by project, tables by pandas, charts by matplotlib. Why it is built so: docs/decisions/0013-charts.md.

`facts`, `tables`, `scope` and `kept` are what a request loads; `frames` and `charts` belong to the task worker alone.
"""
