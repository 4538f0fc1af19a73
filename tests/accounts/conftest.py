import pytest


@pytest.fixture
def world(db):
    from tests.accounts.scene import make_scene

    return make_scene()
