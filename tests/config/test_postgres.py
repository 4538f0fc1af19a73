"""The temporary cluster of the test run itself."""

from pathlib import Path

import psycopg
import pytest

from tests import postgres


def test_a_cluster_serves_and_leaves_nothing_behind():
    try:
        with postgres.cluster() as url, psycopg.connect(url) as connection:
            answer = connection.execute("select 1").fetchone()
            home = Path(connection.execute("show data_directory").fetchone()[0]).parent
    except postgres.Unavailable as reason:
        pytest.skip(str(reason))

    assert answer == (1,)
    assert not home.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_a_machine_without_postgresql_is_told_so(monkeypatch):
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
    monkeypatch.setattr(postgres, "USUAL_FOLDERS", ())

    with pytest.raises(postgres.Unavailable, match="未找到 PostgreSQL"):
        postgres.binaries()
