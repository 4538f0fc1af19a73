"""Fixtures only: the scene itself is imported late, once Django is set up."""

import pytest


@pytest.fixture
def world(db, settings, tmp_path):
    from tests import factories as make

    settings.FILES_DIR = tmp_path
    return make.world()
