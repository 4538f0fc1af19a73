"""Fixtures only: the scene itself is imported late, once Django is set up."""

import pytest


@pytest.fixture
def world(db, settings, tmp_path):
    from tests.funds.scene import make_scene

    settings.FILES_DIR = tmp_path
    return make_scene()


@pytest.fixture
def ready(world):
    """Money issued, received in full, and the budget approved."""
    from tests.funds.scene import make_ready

    return make_ready(world)


@pytest.fixture
def paid(ready):
    """Three payments finance has: 1000, 3000 and 2000 yuan."""
    from tests.funds.scene import make_paid

    return make_paid(ready)


@pytest.fixture
def sent(paid):
    from tests.funds.audit_scene import make_sent

    return make_sent(paid)


@pytest.fixture
def found(ready):
    """1000.00 yuan found wrong, by a 不认定."""
    from tests.funds.scene import make_found

    return make_found(ready)
