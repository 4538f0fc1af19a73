"""Fixtures only: what needs Django's models is imported late, once Django is set up."""

import pytest
from django.test import Client


@pytest.fixture
def world(db, settings, tmp_path):
    from tests import factories as make

    settings.FILES_DIR = tmp_path
    return make.world()


@pytest.fixture
def visit():
    """`visit(user, path)`: the page as this person gets it."""

    def go(user, path):
        client = Client()
        client.force_login(user)
        return client.get(path)

    return go


@pytest.fixture
def cost():
    """`cost(user, path)`: how many statements the page takes, the session's own among them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(user, path):
        client = Client()
        client.force_login(user)
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = client.get(path)
        assert answer.status_code == 200
        return len(captured)

    return count


@pytest.fixture
def quick_pens(monkeypatch):
    """Drawing takes a quarter of a second a chart and has tests of its own: here a drawing is the words of its table."""
    import io

    from PIL import Image

    from reports.statistics import charts

    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")

    def sketch(*tables):
        return charts.Drawn(f"<svg>{[one.drawn for one in tables]}</svg>", picture.getvalue())

    monkeypatch.setattr(charts, "draw", sketch)
    monkeypatch.setattr(charts, "overview", lambda tables: sketch(*tables))
