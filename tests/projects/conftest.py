import pytest


@pytest.fixture
def world(db, settings, tmp_path):
    from tests.projects.scene import make_scene

    settings.FILES_DIR = tmp_path
    return make_scene()
