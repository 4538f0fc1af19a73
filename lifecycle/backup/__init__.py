"""备份与恢复: one folder that holds the database, the files and a manifest of both, whole or not at all.

`making` writes it, `restoring` puts it back; `databases` knows SQLite and PostgreSQL, `manifest` what a folder must be.
Source: design/trust.md, Backup.
"""


class Impossible(Exception):
    """Not done, and nothing changed; the message says why and what to do next."""
