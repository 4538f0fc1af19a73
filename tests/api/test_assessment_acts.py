"""市州核查 and 省级评定 of a self-evaluation by program: the figures, the doors and the refusals of the pages."""

import pytest

from performance.models import Assessment, AssessmentRow
from tests import factories as make
from tests.api.scene import data_of, done, get, post
from tests.performance import assess_scene as scene
from tests.performance.assess_scene import ON, fresh, rows_of, sent, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: ON)


@pytest.fixture
def world(db):
    return make.world()


@pytest.fixture
def project(world):
    return scene.ready(world)


def at(one, rest=""):
    return f"projects/{one.project_id}/assessments/{one.pk}/{rest}"


def values(one, side, **changes):
    """Every figure as it stands before this side, some changed."""
    return [
        {"indicator": pk, "actual": said.actual, "attained": said.attained, "reason": said.reason}
        | ({} if said.points is None else {"points": str(said.points)})
        for pk, said in typed(one, side, **changes).items()
    ]


def act(person, one, path, given=None, **keys):
    """With the version this person reads."""
    return post(person, at(one, path), {"version": data_of(person, at(one))["version"]} | (given or {}), **keys)


def side(told, name, which):
    row = next(row for row in told["rows"] if row["name"] == name)
    return next(cell for cell in row["sides"] if cell["side"] == which)


def test_from_the_citys_check_to_the_figures_of_both_departments(world, project):
    one = sent(project, world)
    lowered = {"培训人次": scene.Reached("1800", reason="两个班次佐证不全")}

    checked = done(act(world.ch, one, "check/", {"values": values(one, "city", **lowered), "comment": "属实"}))
    agreed = done(act(world.cf, one, "check/", {"comment": "同意"}))
    entered = done(act(world.ph, one, "values/", {"values": values(one, "province")}))
    confirmed = done(act(world.pf, one, "confirm/"))

    assert (checked["state"], agreed["state"]) == ("submitted", "checked")
    assert side(checked, "培训人次", "city") | {"why": ""} == {
        "side": "city", "actual": "1800", "attained": "", "shown": "1800", "score": "27.00", "met": False,
        "reason": "两个班次佐证不全", "why": "",
    }  # fmt: skip
    assert side(entered, "培训人次", "province")["actual"] == "1800"
    assert (confirmed["state"], fresh(one).state) == ("signing", "signing")
    unit = data_of(world.u1, at(one))
    assert {cell["side"] for row in unit["rows"] for cell in row["sides"]} == {"unit"}


def test_a_changed_figure_without_reason_and_the_wrong_order_are_refused(world, project):
    one = sent(project, world)
    bare = {"培训人次": scene.Reached("1800")}

    early = act(world.cf, one, "check/")
    silent = act(world.ch, one, "check/", {"values": values(one, "city", **bare)})
    above = act(world.ph, one, "values/", {"values": values(one, "city")})
    accepted = post(world.ph, at(one, "accept/"))

    assert [answer.status_code for answer in (early, silent, above, accepted)] == [409] * 4
    assert "请写明原因" in silent.content.decode()
    assert not AssessmentRow.objects.filter(side="city").exists()


def test_it_goes_back_with_all_remarks_and_the_same_call_does_it_once(world, project):
    one = sent(project, world)

    first = done(post(world.ch, at(one, "return/"), {"remarks": "请补佐证"}, key="return-01"))
    again = done(post(world.ch, at(one, "return/"), {"remarks": "请补佐证"}, key="return-01"))

    assert (first, first["state"], "请补佐证" in first["return_reason"]) == (again, "returned", True)
    assert post(world.ch, at(one, "return/"), {"remarks": "再退"}).status_code == 409
    assert post(world.ch, at(one, "return/"), {}).status_code == 400


def test_the_transfers_sheet_is_accepted_as_it_stands(world, project):
    one = scene.checked(project, world, "transfer")
    assert done(post(world.ph, at(one, "accept/")))["state"] == "decided"


def test_the_wrong_hands_do_nothing(world, project):
    one = sent(project, world)
    stranger = make.user("CH", make.organisation(make.node("示例邻市", "city", world.province), "hr"))

    version = {"version": "x"}
    acts = {"check/": version, "return/": {"remarks": "x"}, "values/": {"values": [], **version}, "confirm/": version}
    for path, given in acts.items():
        assert post(world.u1, at(one, path), given).status_code == 403, path
        assert post(stranger, at(one, path), given).status_code in {403, 404}, path
    assert post(world.pf, at(one, "accept/")).status_code == 403
    assert get(stranger, at(one)).status_code == 404
    assert (Assessment.objects.get().state, rows_of(one)["培训人次"].sides.keys()) == ("submitted", {"unit"})


def test_figures_that_changed_after_they_were_read_are_not_acted_on(world, project):
    one = sent(project, world)
    stale = {person: data_of(person, at(one))["version"] for person in (world.ch, world.ph)}
    done(act(world.ch, one, "check/", {"values": values(one, "city")}))
    done(act(world.cf, one, "check/"))
    read = data_of(world.pf, at(one))["version"]
    done(act(world.ph, one, "values/", {"values": values(one, "province")}))

    late = post(world.pf, at(one, "confirm/"), {"version": read})
    again = post(world.ph, at(one, "values/"), {"values": values(one, "province"), "version": stale[world.ph]})
    without = post(world.pf, at(one, "confirm/"), {})

    assert [late.status_code, again.status_code, without.status_code] == [409, 409, 400]
    assert "刚被他人修改" in late.content.decode()
    assert fresh(one).state == "checked"
    done(act(world.pf, one, "confirm/"))


def test_an_indicator_listed_twice_is_asked(world, project):
    one = sent(project, world)
    rows = values(one, "city")

    answer = act(world.ch, one, "check/", {"values": [*rows, rows[0]]})

    assert (answer.status_code, "列了不止一次" in answer.content.decode()) == (409, True)
