"""登记打印、盖章件回传: a code is of what the form says, a scan of the print whose code it bears."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Entry
from lifecycle.demo.papers import paper
from papers import Cell, Grid, Line, Paper, Stamps
from policy.findings import Refused
from projects.models import Attachment, PrintedPaper, Project
from projects.printed import digest_of, normal
from projects.queries import files_for
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import KEY, ON, QUARTER, earn, ops, registered, returned

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    return scene.building(world).project


def refused(act, *args, **changes):
    with pytest.raises(Refused) as found:
        act(*args, **changes)
    return [finding.code for finding in found.value.findings]


def test_a_registered_form_has_one_print_as_long_as_it_says_the_same(world, project):
    first = registered(world, project)
    again = registered(world, project, by="ph", on=ON)

    assert first == again
    assert (first.state, first.version, first.form, first.title) == ("printed", 1, "F07", "专项资金收支情况表")
    assert (first.organisation_name, first.draft, first.dated_on) == (world.unit.name, False, ON)
    assert (first.code == normal(first.spelled), len(first.code), len(first.spelled)) == (True, 12, 14)
    assert [entry.verb for entry in Entry.objects.all()] == ["登记打印"]


def test_several_forms_are_registered_at_once_each_with_its_code(world, project):
    registered(world, project, KEY, QUARTER, KEY)

    assert sorted(project.prints.values_list("key", flat=True)) == [QUARTER, KEY]
    assert len(set(project.prints.values_list("code", flat=True))) == 2


def test_what_says_something_else_is_a_new_version_that_replaces_the_old(world, project):
    old = registered(world, project)
    earn(project, world.u1)

    new = registered(world, project)

    old.refresh_from_db()
    assert (new.version, new.code != old.code, new.digest != old.digest) == (2, True, True)
    assert (old.state, old.void_why, old.void_on, old.void_by) == ("void", "已被第 2 次登记替代", ON, world.u1)


def test_a_form_that_goes_back_to_former_words_gets_a_code_of_its_own(world, project):
    old = registered(world, project)
    for name in ("示例另名", project.name):
        Project.objects.filter(pk=project.pk).update(name=name)
        if name != project.name:
            registered(world, project)

    back = registered(world, project)

    assert (back.version, back.digest == old.digest, back.code != old.code) == (3, True, True)


@pytest.mark.parametrize("keys", [[], ["F07-19990101"], [KEY, "F99-1"], [f"F07-{n}" for n in range(61)]])
def test_what_may_not_be_printed_is_not_registered(world, project, keys):
    assert refused(ops.register_prints, project.pk, keys=keys, actor=world.u1, on=ON) == ["keys"]
    assert not PrintedPaper.objects.exists()


@pytest.mark.parametrize("by", ["au", "phl", "pfl", "sa"])
def test_who_only_reads_registers_and_returns_nothing(world, project, by):
    code = registered(world, project).code

    with pytest.raises(PermissionDenied):
        registered(world, project, by=by)
    with pytest.raises(PermissionDenied):
        returned(world, project, code, by=by)


@pytest.mark.parametrize("spell", [str.upper, lambda code: f" {code[:4]}－{code[4:8]} {code[8:]}", lambda code: code])
def test_the_sealed_paper_comes_back_under_its_code_however_it_is_typed(world, project, spell):
    printed = returned(world, project, spell(registered(world, project).code))

    assert (printed.state, printed.returned_on, printed.returned_by) == ("returned", ON, world.u1)
    assert (printed.scan.about, printed.scan.about_id, printed.scan.issued) == ("printed_paper", printed.pk, True)
    assert list(files_for(world.ph, project)) == [printed.scan]
    assert refused(returned, world, project, printed.code) == ["returned"]


@pytest.mark.parametrize("code", ["", "12345", "GGGG-GGGG-GGGG", "0000-0000-0000", "<script>", "\x00" * 12, "1" * 5000])
def test_a_wrong_code_keeps_nothing(world, project, code):
    registered(world, project)

    assert refused(returned, world, project, code) == ["code"]
    assert not Attachment.objects.exists()


def test_a_code_of_another_project_is_a_wrong_one(world, project):
    other = scene.building(world).project
    code = registered(world, other).code

    assert refused(returned, world, project, code) == ["code"]


@pytest.mark.parametrize(("scan", "code"), [(None, "scan"), (paper("x"), None)])
def test_a_scan_is_a_picture_or_a_pdf(world, project, scan, code):
    printed = registered(world, project)
    if scan:
        scan.name = "盖章件.xlsx"

    assert refused(returned, world, project, printed.code, scan=scan) == ["scan"]


def test_a_form_that_changed_after_printing_takes_no_scan_but_to_keep(world, project):
    printed = registered(world, project)
    earn(project, world.u1)

    with pytest.raises(Refused, match=r"内容已有变化.*下一步：在“打印与回传”重新登记打印"):
        returned(world, project, printed.code)
    kept = returned(world, project, printed.code, keep_stale=True)

    assert (kept.state, kept.returned_on, kept.void_why) == ("void", ON, "盖章件回传时表的内容已变化")
    assert kept.scan.name == "盖章件（示例）.pdf"
    assert registered(world, project).version == 2


def test_the_code_of_a_former_version_is_told_with_the_one_in_force(world, project):
    old = registered(world, project)
    earn(project, world.u1)
    new = registered(world, project)

    with pytest.raises(Refused, match=f"已被第 2 次登记替代，现行的是第 2 次登记（校验码 {new.spelled}）"):
        returned(world, project, old.code)
    assert refused(returned, world, project, old.code) == ["stale"]
    kept = returned(world, project, old.code, keep_stale=True)

    assert (kept.state, kept.scan is not None, kept.void_why) == ("void", True, "已被第 2 次登记替代")
    new.refresh_from_db()
    assert (new.state, new.scan) == ("printed", None)


def test_a_form_as_of_a_day_comes_back_on_a_later_day(world, project):
    code, later = registered(world, project).code, ON + timedelta(days=9)

    assert returned(world, project, code, on=later).state == "returned"


def test_a_void_print_may_be_registered_anew(world, project):
    printed = returned(world, project, registered(world, project).code)

    assert refused(ops.void_print, project.pk, printed.pk, reason=" ", actor=world.ph, on=ON) == ["reason"]
    void = ops.void_print(project.pk, printed.pk, reason="扫描缺页", actor=world.ph, on=ON)
    assert refused(ops.void_print, project.pk, printed.pk, reason="再次", actor=world.ph, on=ON) == ["state"]
    new = registered(world, project)

    assert (void.state, void.void_why, void.scan is not None) == ("void", "扫描缺页", True)
    assert (new.version, new.digest == void.digest, new.code != void.code) == (2, True, True)


def test_a_stranger_registers_and_returns_nothing(world, project):
    other = make.user("U1", make.organisation(world.city))
    printed = registered(world, project)

    with pytest.raises(PermissionDenied):
        ops.register_prints(project.pk, keys=[KEY], actor=other, on=ON)
    with pytest.raises(PermissionDenied):
        ops.return_print(project.pk, code=printed.code, scan=paper("x"), actor=other, on=ON)
    with pytest.raises(PermissionDenied):
        ops.void_print(project.pk, printed.pk, reason="误登记", actor=other, on=ON)


def said(**changes):
    grid = Grid((1, 2), ((Cell("甲", note="乙"), Cell("1")),))
    given = {"blocks": (grid, Line("丙"), Stamps((("丁", "戊"),))), "form": "F07", "title": "表"}
    return Paper(**(given | changes))


def test_the_digest_is_of_the_words_and_not_of_how_they_are_set():
    same = [
        said(code="AAAA-BBBB-CCCC"),
        said(landscape=True),
        said(blocks=(Grid((3, 1), ((Cell("甲", note="乙", size=7), Cell("1", align="left")),)), *said().blocks[1:])),
    ]
    others = [
        said(title="另表"),
        said(draft=True),
        said(state="已备案"),
        said(dated_on=ON),
        said(blocks=(Grid((1, 2), ((Cell("甲"), Cell("1")),)), *said().blocks[1:])),
        said(blocks=(said().blocks[0], Line("丙丙"), said().blocks[2])),
        said(blocks=(*said().blocks[:2], Stamps((("丁", "己"),)))),
    ]

    assert {digest_of(one) for one in same} == {digest_of(said())}
    assert len({digest_of(said()), *map(digest_of, others)}) == len(others) + 1


def test_a_form_that_names_the_day_of_print_is_not_stale_on_the_next(world):
    project = scene.building(world).project
    project.problems.create(
        serial=1, number=1, source="inspection", due_on=ON + timedelta(days=30), opened_by=world.ph, opened_on=ON,
        fact="实训设备台账不全",
    )  # fmt: skip
    later = ON + timedelta(days=3)
    kept = registered(world, project, "F13", by="ph")

    assert registered(world, project, "F13", by="ph") == kept
    assert returned(world, project, kept.code, by="ph", on=later).state == "returned"
