"""Fixtures only: the scene itself is imported late, once Django is set up."""

import pytest
from django.core.cache import cache


@pytest.fixture
def world(db, settings, tmp_path):
    from tests.funds.scene import make_scene

    settings.FILES_DIR = tmp_path
    cache.clear()  # calls of tokens are counted there
    return make_scene()


@pytest.fixture
def ready(world):
    """Money issued, received in full, and the budget approved."""
    from tests.funds.scene import make_ready

    return make_ready(world)
