"""Papers of no one project: registered as those of the own area, sealed, sent back under their code; nobody else's."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Entry, Membership
from lifecycle.demo.papers import paper
from lifecycle.operations import province_printing as ops
from policy.findings import Refused
from policy.terms import NodeKind
from projects.models import Attachment, PrintedPaper, Project
from projects.queries import files_for, place_prints, place_scans
from tests import factories as make
from tests.lifecycle import scene
from tests.lifecycle.printing_scene import registered as of_project

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
KEY, STUDIOS = "F18-20260302", "F16-20260302"


@pytest.fixture
def project(world):
    return scene.building(world).project


def registered(world, key=KEY, by="ph", on=ON):
    return ops.register_place_print(key=key, actor=world.people[by.upper()], on=on)


def returned(world, code, by="ph", on=ON, **changes):
    given = {"scan": paper("盖章件")} | changes
    return ops.return_place_print(code=code, actor=world.people[by.upper()], on=on, **given)


def changed(project):
    """From now on the list says something else."""
    Project.objects.filter(pk=project.pk).update(grant=Decimal(project.grant) + 1000)


def refused(act, *args, **changes):
    with pytest.raises(Refused) as found:
        act(*args, **changes)
    return [finding.code for finding in found.value.findings]


def test_people_of_one_area_share_the_print_of_a_list(world, project):
    first = registered(world)

    assert [registered(world, by=by) for by in ("ph", "pf")] == [first, first]
    assert (first.place, first.project, first.version, first.form) == (world.province, None, 1, "F18")
    assert (first.organisation_name, first.for_unit, first.dated_on) == (world.province.name, False, ON)
    assert [(entry.verb, entry.project_id) for entry in Entry.objects.all()] == [("登记打印", None)]
    assert first.spelled in Entry.objects.get().text


def test_a_city_registers_its_own_list_and_not_the_province_s(world, project):
    whole, own = registered(world), registered(world, by="ch")

    assert (whole.place, own.place) == (world.province, world.city)
    assert registered(world, by="cf") == own
    assert whole.code != own.code


@pytest.mark.parametrize(
    "key", [f"F18-y2026-{KEY[4:]}", f"F18-ejilin_2025-{KEY[4:]}", "F18-20260301", "F18-20260302-known20260301", "city"]
)
def test_other_filters_are_another_paper(world, project, key):
    if key == "city":
        key = f"F18-p{world.city.path.strip('/').replace('/', '.')}-{KEY[4:]}"
    first = registered(world)

    other = registered(world, key)

    assert (other.key, other.version, other.code != first.code) == (key, 1, True)
    first.refresh_from_db()
    assert first.state == "printed"


def test_changed_words_are_a_new_version_and_the_same_words_the_old_one(world, project):
    old = registered(world)
    changed(project)

    new = registered(world)

    old.refresh_from_db()
    assert (new.version, new.code != old.code) == (2, True)
    assert (old.state, old.void_why) == ("void", "已被第 2 次登记替代")
    assert registered(world, by="pf") == new


@pytest.mark.parametrize(
    "key",
    [
        "", "F18", "F18-20260303", "F18-99999999", "F99-20260302", "F18-enone-20260302", "F18-p9999-20260302",
        "F16-20260301", "settings-1", "F01-jilin_2025-2026", "F18-y20260302-20260302", "\x00", "F18-" + "1" * 200,
    ],
)  # fmt: skip
def test_what_may_not_be_printed_is_not_registered(world, project, key):
    assert refused(registered, world, key) == ["key"]
    assert not PrintedPaper.objects.exists()


@pytest.mark.parametrize("by", ["u1", "u2", "au", "phl", "pfl", "sa"])
def test_units_and_who_only_reads_register_and_return_nothing(world, project, by):
    printed = registered(world)

    with pytest.raises(PermissionDenied):
        registered(world, by=by)
    with pytest.raises(PermissionDenied):
        returned(world, printed.code, by=by)
    with pytest.raises(PermissionDenied):
        ops.void_place_print(printed.pk, reason="误登记", actor=world.people[by.upper()], on=ON)


def test_a_city_registers_no_paper_of_the_province(world, project):
    sheet = make.setting_sheet(world.phl, ON, date(2026, 4, 1), world.province.path)

    assert refused(registered, world, f"settings-{sheet.pk}", "ch") == ["key"]
    assert registered(world, f"settings-{sheet.pk}", "pf").place == world.province


def test_lists_do_not_open_the_other_papers_of_the_place(world, project):
    """A department's desk at the province sees its lists, not the sheet of the settings."""
    sheet = make.setting_sheet(world.phl, ON, date(2026, 4, 1), world.province.path)
    sealed, listed = registered(world, f"settings-{sheet.pk}"), registered(world)
    desk = make.user("CH", world.province_hr)

    assert (list(place_prints(desk)), set(place_prints(world.pf))) == ([listed], {sealed, listed})


def test_a_paper_over_several_areas_of_one_person_is_nobody_s(world, project):
    other = make.organisation(make.node("示例邻市", NodeKind.CITY, world.province), "hr")
    Membership.objects.create(user=world.ch, role="CH", organisation=other)

    assert refused(registered, world, by="ch") == ["place"]


def test_who_reads_the_province_but_registers_for_a_city_only_registers_nothing_wider(world, project):
    """As 省人社负责人 the list is the province's; the act is held for the city alone."""
    Membership.objects.create(user=world.phl, role="CH", organisation=world.city_hr)

    with pytest.raises(PermissionDenied):
        registered(world, by="phl")


def test_the_sealed_paper_comes_back_under_its_code_on_a_later_day(world, project):
    printed, later = registered(world), ON + timedelta(days=9)

    kept = returned(world, printed.spelled.lower(), "pf", on=later)

    assert (kept.state, kept.returned_on, kept.returned_by) == ("returned", later, world.pf)
    assert (kept.scan.place, kept.scan.project, kept.scan.about_id) == (world.province, None, printed.pk)
    assert refused(returned, world, printed.code) == ["returned"]


@pytest.mark.parametrize("key", [KEY, STUDIOS, "F18-20260301", "F18-20260302-known20260228"])
def test_each_list_is_still_itself_nine_days_later(world, project, key):
    printed = registered(world, key)

    assert returned(world, printed.code, on=ON + timedelta(days=9)).state == "returned"


def test_what_changed_after_printing_takes_no_scan_but_to_keep(world, project):
    printed = registered(world)
    changed(project)

    with pytest.raises(Refused, match=r"内容已有变化.*下一步：在“报表打印”重新登记打印"):
        returned(world, printed.code)
    kept = returned(world, printed.code, keep_stale=True)

    assert (kept.state, kept.void_why, kept.scan is not None) == ("void", "盖章件回传时表的内容已变化", True)
    assert registered(world).version == 2


def test_the_code_of_a_former_version_is_told_with_the_one_in_force(world, project):
    old = registered(world)
    changed(project)
    new = registered(world)

    with pytest.raises(Refused, match=f"已被第 2 次登记替代，现行的是第 2 次登记（校验码 {new.spelled}）"):
        returned(world, old.code)


@pytest.mark.parametrize("code", ["", "12345", "GGGG-GGGG-GGGG", "0000-0000-0000", "<script>", "\x00" * 12, "1" * 5000])
def test_a_wrong_code_keeps_nothing(world, project, code):
    registered(world)

    assert refused(returned, world, code) == ["code"]
    assert not Attachment.objects.exists()


def test_a_code_of_a_project_or_of_another_area_is_a_wrong_one(world, project):
    of_unit = of_project(world, project, "F07-20260302", on=ON)
    whole = registered(world)

    assert refused(returned, world, of_unit.code) == ["code"]
    assert refused(returned, world, whole.code, "ch") == ["code"]


def test_a_scan_is_a_picture_or_a_pdf(world, project):
    printed, wrong = registered(world), paper("x")
    wrong.name = "盖章件.xlsx"

    assert refused(returned, world, printed.code, scan=wrong) == ["scan"]
    assert refused(returned, world, printed.code, scan=None) == ["scan"]


def test_a_void_print_may_be_registered_anew(world, project):
    printed = returned(world, registered(world).code)

    assert refused(ops.void_place_print, printed.pk, reason=" ", actor=world.ph, on=ON) == ["reason"]
    void = ops.void_place_print(printed.pk, reason="扫描缺页", actor=world.pf, on=ON)
    assert refused(ops.void_place_print, printed.pk, reason="再次", actor=world.ph, on=ON) == ["state"]

    assert (void.state, void.void_why) == ("void", "扫描缺页")
    assert registered(world).version == 2


def test_prints_and_scans_are_seen_by_the_area_and_the_province_and_by_nobody_else(world, project):
    whole, own = registered(world), registered(world, by="ch")
    for one, by in ((whole, "ph"), (own, "cf")):
        returned(world, one.code, by)
    neighbour = make.user("CH", make.organisation(make.node("示例邻市", NodeKind.CITY, world.province), "hr"))
    stranger = make.user("PH", make.organisation(make.node("示例外省"), "hr"))

    seen = {name: set(place_prints(world.people[name])) for name in ("PH", "PFL", "AU", "CH", "CF", "U1", "SA")}
    files = {name: {one.about_id for one in place_scans(world.people[name])} for name in seen}

    assert seen == {name: {whole, own} for name in ("PH", "PFL", "AU")} | {
        "CH": {own}, "CF": {own}, "U1": set(), "SA": set(),
    }  # fmt: skip
    assert files == {name: {one.pk for one in prints} for name, prints in seen.items()}
    assert [list(place_prints(one)) + list(place_scans(one)) for one in (neighbour, stranger)] == [[], []]
    assert [list(files_for(one, project)) for one in (world.ph, world.ch, world.u1)] == [[], [], []]


def test_a_scan_with_whole_telephone_numbers_is_for_those_who_call_the_units(world, project):
    returned(world, registered(world, STUDIOS).code)

    assert [place_scans(one).count() for one in (world.pf, world.phl, world.au)] == [1, 0, 0]
    assert place_prints(world.au).count() == 1


def test_the_settings_sheet_is_stale_once_it_is_signed(world):
    sheet = make.setting_sheet(world.ph, ON, date(2026, 4, 1), world.province.path)
    printed = registered(world, f"settings-{sheet.pk}")
    type(sheet).objects.filter(pk=sheet.pk).update(
        state="effective", hr_by=world.phl, hr_on=ON, finance_by=world.pfl, finance_on=ON
    )

    assert (printed.draft, printed.number) == (True, sheet.number)
    assert refused(returned, world, printed.code) == ["stale"]
    assert registered(world, printed.key).draft is False


@pytest.mark.parametrize("both", [True, False])
def test_a_print_and_a_file_are_of_a_project_or_of_a_place(world, project, both):
    owner = {"project": project, "place": world.city} if both else {}
    facts = {"key": "F18", "form": "F18", "version": 1, "digest": "0", "code": "0" * 12, "registered_on": ON}

    with pytest.raises(IntegrityError), transaction.atomic():
        PrintedPaper.objects.create(**owner, **facts, registered_by=world.ph, organisation_name="示例")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(
            **owner, about="x", name="x", size=1, sha256="0", path="x", uploaded_by=world.ph, on=ON
        )
