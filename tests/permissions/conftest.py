"""Fixtures only: what needs Django's models is imported late, once Django is set up."""

import logging

import pytest


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals, each of which would be a line in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def scene(db, settings, tmp_path):
    from tests.permissions.scene import make_scene

    settings.FILES_DIR = tmp_path
    return make_scene()


@pytest.fixture
def house(db, settings, tmp_path):
    """The same with two units of one city only, for what does not ask where people sit."""
    from tests.permissions.scene import make_scene

    settings.FILES_DIR = tmp_path
    return make_scene(["own", "sibling"])
