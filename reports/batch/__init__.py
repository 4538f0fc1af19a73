"""批量打印: one form of several projects as one PDF, made by the task worker for who asked for it."""
