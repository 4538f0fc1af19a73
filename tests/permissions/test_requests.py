"""What a request may and may not do, whoever sends it: reading writes nothing, foreign ids lead nowhere."""

from datetime import date

import pytest

from accounts.models import Entry
from policy.terms import Stage
from projects.models import Project
from tests.permissions.inspected import OF_INSPECTIONS
from tests.permissions.routes import changed, every_route, project_routes, route, snapshot
from tests.permissions.scene import ROLES, signed_in

VOUCHER = {
    "number": "记-26-88", "paid_on": "2026-03-02", "category": "equipment", "source": "central", "amount": "1,200.50",
    "payee": "示例设备有限公司", "abstract": "购置数控车床",
}  # fmt: skip
HOSTILE = ("abc", "\x00", "99999999999999999999", "1" * 5000, "-1", "' OR 1=1 --", "<script>", "²", "１")
FREE = {"q", "year", "version", "from", "round"}  # where people type, or where a number is read
PAYMENTS = ("state", "category", "source", "year", "quarter")
LISTS = {
    "/projects/": ("stage", "kind", "sector", "track", "year", "edition", "place", "alert", "mine", "sort", "q"),
    "/statistics/": ("place", "kind", "sector", "track", "year", "edition", "on", "known"),
    "/statistics/targets/": ("indicator", "reached", "place", "kind", "year"),
    "/statistics/pace/": ("gone_least", "gone_most", "rate_least", "rate_most", "place", "kind", "on"),
    "/statistics/chart.svg": ("chart", "place", "year", "v"),
    "/projects/export/": ("place", "sort", "on", "known"),
    "/reports/compare/": ("kind", "a", "b", "all"),
    "/reports/as-of/": ("on", "known", "place", "kind", "year", "edition"),
    "/reports/as-of/export/": ("on", "known", "place"),
    "/reports/periodic/": ("page", "size"),
    "/reports/batch/": ("q", "stage", "kind", "year", "place", "edition", "page", "size"),
    "/reports/brief/": ("place", "as"),
    "/reports/papers/": ("year", "edition", "place", "done"),
    "/reports/papers/file/": ("form", "as", "key", "year", "edition", "place", "on", "known"),
    **dict.fromkeys(("/alerts/", "/alerts/export/"), ("severity", "source", "place", "age", "sort", "on", "known")),
    "/accounts/outbox/": ("state",),
    "/journal/": (),
    "/decisions/": ("state",),
    "/deadlines/": ("q", "rule", "when", "place"),
    "/calendar/": ("month",),
    "/inspections/": ("q", "state", "year", "mine"),
    "/inspections/tours/": ("q", "state", "kind"),
    "/inspections/plans/": ("year", "state"),
    "/problems/": ("state", "source", "level", "city", "age", "year", "on", "q"),
    "/funds/documents/": ("state", "kind", "year", "q", "on", "known"),
    **dict.fromkeys(("/funds/carry-over/", "/funds/carry-over/export/"), ("year", "source", "due", "q", "on", "known")),
    **dict.fromkeys(("/funds/found-money/", "/funds/found-money/export/"), ("state", "kind", "q", "on", "known")),
    "/accounts/users/": ("q", "role", "unit", "state"),
    "/accounts/organisations/": ("q", "line"),
    **dict.fromkeys(("/accounts/notices/", "/accounts/nodes/"), ()),
    "/policy/": ("edition", "against"),
    "funds:ledger": ("on", "known", "start", "end"),
    "funds:payments": (*PAYMENTS, "start", "end", "least", "most", "flagged", "q"),
    "/funds/payments/": (*PAYMENTS, "start", "end", "known", "late", "unit", "q"),
    "funds:budget": ("version", "against"),
    "reports:journal": (),
    "reports:timeline": ("kind", "page", "size"),
    "reports:compare": ("kind", "a", "b", "all"),
}


def url(name, place, **changes):
    return route(name).address(place, **changes)


# Reading


EXPORTS = {"reports:projects_export", "funds:all_payments_export", "funds:all_found_money_export", "funds:carry_over_export",
           "performance:region_xlsx", "lifecycle:problems_export", "lifecycle:decision_pdf", "lifecycle:decision_sheet",
           "reports:alerts_export", "reports:province_paper", "reports:as_of_export", "reports:batch_file",
           "reports:periodic_file", "reports:brief", "lifecycle:province_scan", "lifecycle:province_reprint"}  # fmt: skip


@pytest.mark.parametrize("role", ["U2", "PH", "SA"])
def test_reading_writes_nothing(house, role):
    """The pages of no one project; those of a project are held to it in test_matrix.py."""
    client, before = signed_in(house.people[role]), snapshot()

    for found in every_route():
        if not found.of_project and found.name not in EXPORTS:  # which leave a line in the journal, and must
            client.get(found.address(house.places["own"]))

    assert (changed(before), Entry.objects.count()) == (set(), 0)


@pytest.mark.parametrize("stage", ["target_review", "in_acceptance", "rechecking", "revoked"])
def test_no_page_breaks_at_any_stage(house, stage):
    """Bare of what the stage usually brings: the pages still say something."""
    own = house.places["own"]
    Project.objects.filter(pk=own.project.pk).update(stage=Stage(stage), stage_since=date(2026, 3, 2))
    clients = {role: signed_in(house.people[role]) for role in ROLES}

    codes = {}
    for number, found in enumerate(project_routes()):
        holders = [role for role in found.grants if role in clients]
        who = holders[number % len(holders)]
        codes[found.name, who] = clients[who].get(found.address(own)).status_code

    assert {cell: code for cell, code in codes.items() if code not in {200, 302, 405, 409}} == {}


# Foreign ids inside one's own address

FOREIGN = {
    "lifecycle:paper": ("decision_id", ("u1", "ph", "cf", "au")),
    "lifecycle:receipt": ("decision_id", ("u1", "ph", "cf", "au")),
    "lifecycle:print_void": ("print_id", ("u1", "ph", "cf")),
    "lifecycle:seat_replace": ("seat_id", ("ph",)),
    "lifecycle:seat_absence": ("seat_id", ("ph",)),
    "lifecycle:gap_done": ("gap_id", ("u1", "u2")),
    "lifecycle:move": ("move_id", ("ph", "pf")),
    **OF_INSPECTIONS,
    "lifecycle:change_withdraw": ("change_id", ("u2",)),
    "lifecycle:change_refuse": ("change_id", ("ph",)),
    "lifecycle:dispute_close": ("dispute_id", ("ph",)),
    "performance:readings": ("return_id", ("u1", "ph", "cf", "au")),
    "performance:readings_edit": ("return_id", ("u1", "u2")),
    "performance:monitoring": ("return_id", ("u1", "ph", "cf", "au")),
    "performance:monitoring_edit": ("return_id", ("u1", "u2")),
    "performance:f04": ("return_id", ("u1", "ph", "cf", "au")),
    "performance:class": ("class_id", ("u1", "ph", "cf", "au")),
    "performance:class_edit": ("class_id", ("u1",)),
    "performance:class_void": ("class_id", ("u1",)),
    "performance:classes_preview": ("class_import_id", ("u1",)),
    "api:readings": ("return_id", ("u1", "ph", "cf", "au")),
    "api:readings_save": ("return_id", ("u1", "u2")),
    "api:reading_papers": ("return_id", ("u1", "u2")),
    "api:monitoring": ("return_id", ("u1", "ph", "cf", "au")),
    "api:monitoring_save": ("return_id", ("u1", "u2")),
    "api:return_zero": ("return_id", ("u1", "u2")),
    "api:return_exempt": ("return_id", ("ph",)),
    "api:return_ask": ("return_id", ("ch", "cf", "ph", "pf", "au")),
    "api:return_answer": ("return_ask_id", ("u1", "u2")),
    "api:class_edit": ("class_id", ("u1",)),
    "api:class_void": ("class_id", ("u1",)),
    "api:progress": ("return_id", ("u1", "ph", "cf", "au")),
    "api:progress_save": ("return_id", ("u1", "u2")),
    "performance:progress": ("return_id", ("u1", "ph", "cf", "au")),
    "performance:progress_edit": ("return_id", ("u1", "u2")),
    "performance:progress_comment": ("return_id", ("ch", "ph")),
    "performance:f09": ("return_id", ("u1", "ph", "cf", "au")),
    "performance:call_record": ("return_id", ("ch", "cf", "ph", "pf")),
    "performance:return": ("return_id", ("u1", "ph", "cf", "au")),
    "performance:assessment": ("assessment_id", ("u1", "ph", "cf", "au")),
    "performance:assessment_pdf": ("assessment_id", ("u1", "ph", "cf", "au")),
    "performance:assessment_edit": ("assessment_id", ("u1", "u2")),
    "performance:assessment_take_over": ("assessment_id", ("u1", "u2")),
    "performance:assessment_submit": ("assessment_id", ("u2",)),
    "performance:assessment_recall": ("assessment_id", ("u2",)),
    "performance:assessment_check": ("assessment_id", ("ch", "cf")),
    "performance:assessment_return": ("assessment_id", ("ch", "cf", "ph", "pf")),
    "performance:assessment_values": ("assessment_id", ("ph", "pf")),
    "performance:assessment_confirm": ("assessment_id", ("ph", "pf")),
    "performance:assessment_accept": ("assessment_id", ("ph",)),
    "api:assessment": ("assessment_id", ("u1", "ph", "cf", "au")),
    "api:assessment_check": ("assessment_id", ("ch", "cf")),
    "api:assessment_return": ("assessment_id", ("ch", "cf", "ph", "pf")),
    "api:assessment_values": ("assessment_id", ("ph", "pf")),
    "api:assessment_confirm": ("assessment_id", ("ph", "pf")),
    "api:assessment_accept": ("assessment_id", ("ph",)),
    "api:assessment_save": ("assessment_id", ("u1", "u2")),
    "api:assessment_submit": ("assessment_id", ("u2",)),
    "performance:section": ("return_id", ("u1", "u2")),
    "performance:section_mark": ("return_id", ("u1", "u2")),
    "performance:section_assign": ("return_id", ("u1", "u2")),
    "performance:return_zero": ("return_id", ("u1", "u2")),
    "performance:return_take_over": ("return_id", ("u1", "u2")),
    "performance:return_submit": ("return_id", ("u2",)),
    "performance:return_exempt": ("return_id", ("ph",)),
    "performance:return_review": ("return_id", ("ch", "cf", "ph", "pf")),
    "performance:return_ask": ("return_id", ("ch", "cf", "ph", "pf", "au")),
    "performance:return_answer": ("return_ask_id", ("u1", "u2")),
    "api:return": ("return_id", ("u1", "ph", "cf", "au")),
    "api:return_section": ("return_id", ("u1", "u2")),
    "api:return_submit": ("return_id", ("u2",)),
    "api:return_review": ("return_id", ("ch", "cf", "ph", "pf")),
    "funds:voucher": ("voucher_id", ("u1", "ph", "cf")),
    "funds:voucher_ask": ("voucher_id", ("cf", "pf", "au")),
    "funds:ask_answer": ("ask_id", ("u1",)),
    "funds:invoice_delete": ("invoice_id", ("u1",)),
    "funds:batch": ("batch_id", ("u1", "u2", "cf", "ph", "au")),
    "funds:batch_drop": ("batch_id", ("u1",)),
    "funds:batch_sign": ("batch_id", ("u2",)),
    "funds:batch_review": ("batch_id", ("cf", "pf")),
    "funds:batch_seen": ("batch_id", ("cf", "pf")),
    "funds:batch_pass": ("batch_id", ("cf", "pf")),
    "funds:batch_return": ("batch_id", ("cf", "pf")),
    "funds:batch_sheet": ("batch_id", ("u1", "cf", "au")),
    "funds:import_preview": ("import_id", ("u1",)),
    "funds:import_done": ("import_id", ("u1",)),
    "funds:import_findings": ("import_id", ("u1",)),
    "funds:voucher_edit": ("voucher_id", ("u1",)),
    "funds:voucher_delete": ("voucher_id", ("u1",)),
    "funds:voucher_evidence": ("voucher_id", ("u1",)),
    "funds:voucher_submit": ("voucher_id", ("u2",)),
    "funds:voucher_judge": ("voucher_id", ("cf", "pf")),
    "funds:voucher_reverse": ("voucher_id", ("u1", "cf")),
    "funds:reversal_judge": ("voucher_id", ("cf", "pf")),
    "funds:receipt_confirm": ("allocation_id", ("u2",)),
    "funds:receipt_correct": ("receipt_id", ("u2",)),
    "funds:release_new": ("allocation_id", ("cf", "pf")),
    "funds:release_approve": ("release_id", ("cf", "pfl")),
    "funds:release_return": ("release_id", ("cf", "pfl")),
    "funds:release_correct": ("release_id", ("cf", "pf")),
    "funds:income_reverse": ("income_id", ("u2",)),
    "funds:income_judge": ("reversal_id", ("cf", "pf")),
    "funds:hold_decline": ("hold_id", ("ph", "pf")),
    "funds:flag": ("flag_id", ("u1", "ph", "cf", "au")),
    "funds:flag_answer": ("flag_id", ("u1", "u2")),
    "funds:flag_ask": ("flag_id", ("cf", "ph", "au")),
    "funds:flag_close": ("flag_id", ("cf", "pf")),
    "funds:contract": ("contract_id", ("u1", "cf", "ph")),
    "funds:contract_edit": ("contract_id", ("u1",)),
    "funds:step_new": ("contract_id", ("u1",)),
    "funds:package_step": ("package_id", ("u1",)),
    "funds:package_edit": ("package_id", ("u1",)),
    "funds:package_void": ("package_id", ("u1",)),
    "funds:contract_void": ("contract_id", ("u1",)),
    "funds:step_void": ("step_id", ("u1",)),
    "funds:asset": ("asset_id", ("u1", "cf", "ph")),
    "funds:asset_edit": ("asset_id", ("u1",)),
    "funds:asset_retire": ("asset_id", ("u1",)),
    "funds:asset_check": ("asset_id", ("cf", "ph", "au")),
    "funds:closing_sheet": ("settlement_id", ("u1", "pf", "au")),
    "funds:repayment_new": ("claw_back_id", ("pf", "cf")),
    "funds:repayment_confirm": ("repayment_id", ("pfl",)),
    "funds:repayment_return": ("repayment_id", ("pfl",)),
    "lifecycle:problem": ("problem_id", ("u1", "ph", "cf", "au")),
    "lifecycle:problem_answer": ("problem_id", ("u1", "u2")),
    "lifecycle:problem_submit": ("problem_id", ("u2",)),
    "lifecycle:problem_ask": ("problem_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:problem_close": ("problem_id", ("ch", "cf", "ph", "pf")),
    "lifecycle:problem_reopen": ("problem_id", ("ch", "cf", "ph", "pf", "au")),
    "api:problem": ("problem_id", ("u1", "ph", "cf", "au")),
    "api:problem_answer": ("problem_id", ("u1", "u2")),
    "api:problem_submit": ("problem_id", ("u2",)),
    "api:problem_ask": ("problem_id", ("ch", "cf", "ph", "pf")),
    "api:problem_close": ("problem_id", ("ch", "cf", "ph", "pf")),
    "api:problem_reopen": ("problem_id", ("ch", "cf", "ph", "pf", "au")),
    "funds:audit": ("audit_id", ("u1", "cf", "au")),
    "funds:audit_report": ("audit_id", ("u1", "cf", "au")),
    "funds:audit_see": ("audit_id", ("cf", "pf", "au")),
    "funds:audit_send": ("audit_id", ("cf", "pf", "au")),
    "funds:audit_conclude": ("audit_id", ("cf", "pfl")),
    "funds:finding_new": ("audit_id", ("cf", "pf", "au")),
    "funds:finding_edit": ("finding_id", ("cf", "pf", "au")),
    "funds:finding_delete": ("finding_id", ("cf", "pf", "au")),
    "funds:finding_assess": ("finding_id", ("cf", "pf")),
    "funds:finding_reply": ("finding_id", ("u1", "u2")),
    "funds:finding_submit": ("finding_id", ("u2",)),
    "funds:finding_verify": ("finding_id", ("cf", "pf")),
    "funds:found_money_entry": ("found_id", ("u1", "cf", "pf")),
    "funds:found_money_confirm": ("entry_id", ("cf", "pf", "pfl")),
    "funds:found_money_return": ("entry_id", ("cf", "pf", "pfl")),
    "lifecycle:answer": ("problem_id", ("u1", "u2")),
    "lifecycle:request_refuse": ("request_id", ("ph",)),
    "performance:review_sheet": ("review_id", ("u1", "ph", "au")),
    "api:receipt_confirm": ("allocation_id", ("u2",)),
    "api:receipt_correct": ("receipt_id", ("u2",)),
    "api:payment": ("voucher_id", ("u1", "ph", "cf")),
    "api:payment_edit": ("voucher_id", ("u1",)),
    "api:payment_delete": ("voucher_id", ("u1",)),
    "api:payment_evidence": ("voucher_id", ("u1",)),
    "api:payment_submit": ("voucher_id", ("u2",)),
    "api:payment_judge": ("voucher_id", ("cf", "pf")),
    "api:payment_reverse": ("voucher_id", ("u1", "cf")),
    "api:reversal_judge": ("voucher_id", ("cf", "pf")),
    "api:payment_ask": ("voucher_id", ("cf", "pf", "au")),
    "api:ask_answer": ("ask_id", ("u1",)),
    "api:batch": ("batch_id", ("u1", "cf", "au")),
    "api:batch_drop": ("batch_id", ("u1",)),
    "api:batch_sign": ("batch_id", ("u2",)),
    "api:batch_seen": ("batch_id", ("cf", "pf")),
    "api:batch_pass": ("batch_id", ("cf", "pf")),
    "api:batch_return": ("batch_id", ("cf", "pf")),
    "api:contract": ("contract_id", ("u1", "cf", "ph")),
    "api:asset": ("asset_id", ("u1", "cf", "ph")),
    "api:flag": ("flag_id", ("u1", "ph", "cf", "au")),
    "api:flag_answer": ("flag_id", ("u1", "u2")),
    "api:flag_ask": ("flag_id", ("cf", "ph", "au")),
    "api:flag_close": ("flag_id", ("cf", "pf")),
    "api:audit": ("audit_id", ("u1", "cf", "au")),
    "api:finding_assess": ("finding_id", ("cf", "pf")),
    "api:finding_reply": ("finding_id", ("u1", "u2")),
    "api:finding_submit": ("finding_id", ("u2",)),
    "api:finding_verify": ("finding_id", ("cf", "pf")),
    "api:release_record": ("allocation_id", ("cf", "pf")),
    "api:release_approve": ("release_id", ("cf", "pfl")),
    "api:release_return": ("release_id", ("cf", "pfl")),
    "api:release_correct": ("release_id", ("cf", "pf")),
    "api:income_reverse": ("income_id", ("u2",)),
    "api:income_judge": ("reversal_id", ("cf", "pf")),
    "api:hold_decline": ("hold_id", ("ph", "pf")),
    "api:package_step_record": ("package_id", ("u1",)),
    "api:package_edit": ("package_id", ("u1",)),
    "api:package_void": ("package_id", ("u1",)),
    "api:contract_void": ("contract_id", ("u1",)),
    "api:contract_edit": ("contract_id", ("u1",)),
    "api:step_record": ("contract_id", ("u1",)),
    "api:step_void": ("step_id", ("u1",)),
    "api:asset_edit": ("asset_id", ("u1",)),
    "api:asset_retire": ("asset_id", ("u1",)),
    "api:asset_check": ("asset_id", ("cf", "ph", "au")),
    "api:audit_see": ("audit_id", ("cf", "pf", "au")),
    "api:audit_send": ("audit_id", ("cf", "pf", "au")),
    "api:audit_conclude": ("audit_id", ("cf", "pfl")),
    "api:finding_record": ("audit_id", ("cf", "pf", "au")),
    "api:finding_edit": ("finding_id", ("cf", "pf", "au")),
    "api:finding_delete": ("finding_id", ("cf", "pf", "au")),
    "api:found_money_entry": ("found_id", ("u1", "cf", "pf")),
    "api:found_money_confirm": ("entry_id", ("cf", "pf", "pfl")),
    "api:found_money_return": ("entry_id", ("cf", "pf", "pfl")),
    "api:repayment_record": ("claw_back_id", ("pf", "cf")),
    "api:repayment_confirm": ("repayment_id", ("pfl",)),
    "api:repayment_return": ("repayment_id", ("pfl",)),
    "api:file": ("file_id", ("u1", "cf", "ph", "au")),
    "projects:file": ("pk", ("u1", "cf", "ph", "au")),
    "projects:file_inline": ("pk", ("u1", "cf", "ph", "au")),
}


def test_every_address_with_two_ids_is_among_these():
    assert {found.name for found in project_routes() if len(found.keys) > 1} == set(FOREIGN) | {
        "lifecycle:step", "lifecycle:change_new", "lifecycle:print_file", "performance:f02", "api:target"
    }  # fmt: skip


@pytest.mark.parametrize("name", list(FOREIGN))
def test_an_id_of_another_project_is_not_found_under_mine(house, name):
    key, people = FOREIGN[name]
    own, sibling = house.places["own"], house.places["sibling"]
    foreign = {key: sibling.ids["file" if key == "pk" else key]}
    before = snapshot()

    codes = set()
    for who in people:
        client = signed_in(getattr(house, who))
        codes.add(client.get(url(name, own, **foreign)).status_code)
        codes.add(client.post(url(name, own, **foreign), VOUCHER | {"verdict": "recognised"}).status_code)

    assert codes <= ({404, 405} if name.startswith("projects:file") else {404})
    assert changed(before) == set()


def test_a_project_that_is_not_in_the_decision_is_not_left_out_of_it(house):
    own, sibling = house.places["own"], house.places["sibling"]
    client = signed_in(house.ph, raise_request_exception=False)
    page = url("lifecycle:decision_leave_out", own, project_id=sibling.project.pk)

    assert client.post(page, {"reason": "材料待补"}).status_code in {302, 404, 409}


# Values that no page offers


@pytest.mark.parametrize("page", LISTS)
def test_a_filter_takes_any_value(house, page):
    address = page if page.startswith("/") else url(page, house.places["own"])
    person = house.sa if page.startswith("/accounts/") else house.ph
    client = signed_in(person, raise_request_exception=False)

    asked = [(key, value) for key in LISTS[page] for value in (HOSTILE if key in FREE else HOSTILE[:2])]
    asked += [(key, value) for key in ("page", "size") for value in HOSTILE[:4]]
    codes = {(key, value[:20]): client.get(address, {key: value}).status_code for key, value in asked}

    assert {cell: code for cell, code in codes.items() if code not in {200, 404}} == {}
    assert client.get(address, {"size": "100000", "page": "9999"}).status_code in {200, 404}


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    ("name", "key", "who"), [("performance:sheet", "round", "ph"), ("funds:document_new", "from", "pf")]
)
def test_a_number_in_the_address_takes_any_value(house, name, key, who, value):
    client = signed_in(getattr(house, who), raise_request_exception=False)

    assert client.get(url(name, house.places["own"]), {key: value}).status_code in {200, 404}


def test_a_huge_size_is_not_obeyed(house):
    answer = signed_in(house.ph).get("/projects/?size=100000")

    assert answer.context["page_obj"].paginator.per_page <= 50


@pytest.mark.parametrize("address", [f"/projects/{'9' * 30}/", f"/projects/{'9' * 5000}/", "/projects/-1/", "/projects/x/",
                                     "/projects/1%00/", "/decisions/0/", "/decisions/new/T99/", "/%2e%2e/"])  # fmt: skip
def test_an_address_that_cannot_be_is_not_found(house, address):
    assert signed_in(house.ph).get(address).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_do_nothing(house, method):
    before, client = snapshot(), signed_in(house.ph)

    codes = {getattr(client, method)(found.address(house.places["own"])).status_code for found in project_routes()}

    assert (codes - {403, 404, 405, 409, 422}, changed(before)) == (set(), set())
