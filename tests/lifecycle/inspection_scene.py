"""Inspections brought to any state, the usual acts in a line each. The team: 省人社 leads, 市人社 is the other one."""

from datetime import date, time, timedelta

from lifecycle.demo.papers import paper
from lifecycle.models import Inspection
from lifecycle.operations import inspections as record
from lifecycle.operations import inspections_findings as findings
from lifecycle.operations import inspections_tour as tours
from tests.lifecycle import scene
from tests.remember import remembered

ON = date(2026, 3, 2)  # a Monday
NINE = time(9, 0)


def day(number):
    return ON + timedelta(days=number)


def project(world, **facts):
    return scene.building(world, **({"build_end_on": date(2027, 3, 1)} | facts)).project


def single(world, one=None, *, members=("ph", "ch"), leader="ph", by="ph", on=ON, visit_on=None, **facts):
    """A single inspection whose notice is out."""
    one = one or project(world, **facts)
    people = [getattr(world, name).pk for name in members]
    return tours.plan_single(
        one.pk, title="资金专项检查", members=people, leader=getattr(world, leader).pk, visit_on=visit_on or on,
        visit_at=NINE, number="示例人社函〔2026〕8号", dated_on=on, upload=paper("检查通知"), actor=getattr(world, by), on=on,
    )  # fmt: skip


def tour(world, *, members=("ph", "ch"), by="ph", on=ON):
    """A tour with one team, no stop yet."""
    made = tours.draft_tour(title="春季巡查", actor=getattr(world, by), on=on)
    team(world, made, members=members, by=by, on=on)
    return made


def team(world, made, *, members=("ph", "ch"), leader=None, by="ph", on=ON, name="第一组", team_id=None):
    people = [getattr(world, name) for name in members]
    chosen = getattr(world, leader).pk if leader else people[0].pk
    return tours.set_team(
        made.pk, team_id, name=name, members=[one.pk for one in people], leader=chosen, actor=getattr(world, by), on=on
    )


def stop(world, made, one, *, order=1, on=ON, visit_on=None, by="ph"):
    return tours.add_stop(
        made.pk, one.pk, team_id=made.teams.first().pk, order=order, visit_on=visit_on or on, visit_at=NINE,
        actor=getattr(world, by), on=on,
    )  # fmt: skip


def issue(world, made, *, by="ph", on=ON):
    return tours.issue_tour(
        made.pk, number="示例人社函〔2026〕9号", dated_on=on, upload=paper("检查通知"), actor=getattr(world, by), on=on
    )


def checked(inspection, who, *, bad=(), on=ON, left=0):
    """Every line met but those named (as not met) and the last `left`, which stay open."""
    rows = list(inspection.items.order_by("number"))
    said = {
        row.pk: record.Checked("bad", "现场未见台账") if row.code in bad else record.Checked("met")
        for row in rows[: len(rows) - left]
    }
    record.save_items(inspection.project_id, inspection.pk, items=said, actor=who, on=on)


def visited(inspection, who, on=ON):
    record.save_visit(
        inspection.project_id, inspection.pk, visited_on=on, place="实训中心", summary="总体符合。", actor=who, on=on
    )


@remembered
def ready(world, *, bad=("N2a",), on=ON, **facts):
    """Everything filled in, nobody has signed."""
    inspection = single(world, on=on, **facts)
    checked(inspection, world.ch, bad=bad, on=on)
    visited(inspection, world.ph, on)
    return inspection


def sign(inspection, *people, on=ON):
    for person in people:
        record.sign_record(inspection.project_id, inspection.pk, actor=person, on=on)
    return fresh(inspection)


@remembered
def signed(world, **facts):
    return sign(ready(world, **facts), world.ch, world.ph, on=facts.get("on", ON))


@remembered
def asked(world, *, on=ON, **facts):
    inspection = signed(world, on=on, **facts)
    return fresh(findings.ask_opinion(inspection.project_id, inspection.pk, actor=world.ph, on=on))


def answer(world, inspection, *, agreed=True, text="", on=ON):
    said = {one.pk: (agreed, text) for one in inspection.findings.all()}
    return fresh(findings.answer_opinion(inspection.project_id, inspection.pk, answers=said, actor=world.u2, on=on))


def conclude(world, inspection, verdict=None, on=ON, by="ph"):
    verdict = verdict or findings.Verdict("kept")
    said = {one.pk: verdict for one in inspection.findings.all()}
    return fresh(
        findings.conclude(inspection.project_id, inspection.pk, verdicts=said, actor=getattr(world, by), on=on)
    )


def fresh(inspection):
    return Inspection.objects.select_related("tour", "team", "project__organisation__node").get(pk=inspection.pk)
