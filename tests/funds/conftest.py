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
    from tests.funds.scene import recognise

    for number, amount in (("PZ-1", "1000.00"), ("PZ-2", "3000.00"), ("PZ-3", "2000.00")):
        recognise(ready, amount, number)
    return ready


@pytest.fixture
def sent(paid):
    from funds import operations
    from tests.funds.audit_scene import find, open_, see_all
    from tests.funds.scene import ON

    case = open_(paid)
    see_all(paid, case)
    find(paid, case)
    return operations.send_audit(paid.project.pk, case.pk, actor=paid.city_finance, on=ON)


@pytest.fixture
def found(ready):
    """1000.00 yuan found wrong, by a 不认定."""
    from funds.models import FoundMoney
    from tests.funds.scene import judge, submit

    judge(ready, submit(ready, "1000.00"), "disallowed", opinion="无合同")
    return FoundMoney.objects.get()
