import pytest


@pytest.fixture
def world(db):
    from tests import factories

    return factories.world()


@pytest.fixture
def project(world):
    from tests import factories

    return factories.project(world.unit)
