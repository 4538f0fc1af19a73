import pytest


@pytest.fixture
def world(db):
    from tests import factories

    return factories.world()


@pytest.fixture
def project(world):
    from tests import factories

    return factories.project(world.unit)


@pytest.fixture
def signed_in(client):
    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
