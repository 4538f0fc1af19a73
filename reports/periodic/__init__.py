"""定期报告 (quarter, year) and 情况汇报: figures read once, told in sentences, tables and charts.

`periods`, `figures`, `words`, `paper` and `brief` are what a request may load; `making` belongs to the task worker.
"""
