"""manage.py import_awards, and how an upload is kept, shown and confirmed."""

from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Entry, Organisation
from policy.findings import Refused
from policy.loader import edition
from projects import importing, operations
from projects.models import ImportBatch, Project
from projects.queries import surroundings_of
from tests import factories as make
from tests.projects.scene import BASES, EDITION, ON, STUDIOS, codes
from tests.projects.test_award_list import HEADERS, base
from tests.workbooks.books import book


def run(world, file, *more):
    """Exit code, and what was said."""
    out = StringIO()
    try:
        call_command("import_awards", str(file), "--edition", EDITION, "--as", world.ph.username, *more, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def everything():
    return Project.objects.count(), Organisation.objects.count(), Entry.objects.count(), ImportBatch.objects.count()


def test_without_commit_nothing_is_written(world):
    before = everything()

    code, said = run(world, BASES)

    assert (code, everything()) == (0, before)
    assert "「汇总表」第 5 行 示例市北辰技师学院｜生产制造｜700.00 万元｜可登记" in said
    assert "类别待定：没有一个类别超过 3 个（生产制造 3 个、社会生产和生活服务 2 个、其他 0 个）" in said
    assert "(F6)" in said
    assert "仅检查，未写入" in said


@pytest.mark.parametrize(
    ("file", "sectors", "amounts"),
    [
        (
            BASES,
            ["manufacturing", "services", "manufacturing", "", "services", "manufacturing"],
            [700, 400, 600, None, 300, 700],
        ),
        (STUDIOS, ["manufacturing", "manufacturing", "services", "manufacturing", ""], [30, 30, 20, 30, None]),
    ],
    ids=["bases", "studios"],
)
def test_a_sample_goes_in_with_its_categories_and_amounts(world, file, sectors, amounts):
    code, _ = run(world, file, "--commit", "--document", "备案〔2026〕1号", "--awarded-on", "2026-01-05")

    made = Project.objects.order_by("pk")
    assert code == 0
    assert [project.sector for project in made] == sectors
    assert [project.grant and int(project.grant) // 10_000 for project in made] == amounts
    assert {(project.award_document, project.awarded_on) for project in made} == {("备案〔2026〕1号", date(2026, 1, 5))}


def test_a_second_run_says_unchanged_and_changes_nothing(world):
    run(world, BASES, "--commit")
    before = everything()

    code, said = run(world, BASES, "--commit")

    assert (code, everything()) == (0, before)
    assert "新登记 0 个，原已登记 6 个，未登记 0 个" in said


def test_a_blocked_row_stays_out_and_the_others_go_in(world, tmp_path):
    file = tmp_path / "list.xlsx"
    wrong = base(unit="另一校", code="12220000MB0A00002K", type="不明")
    file.write_bytes(book(base(), wrong, headers=HEADERS))

    dry, _ = run(world, file)
    code, said = run(world, file, "--commit")

    assert (dry, code) == (1, 1)
    assert [project.organisation.name for project in Project.objects.all()] == ["示例校"]
    assert "新登记 1 个，原已登记 0 个，未登记 1 个" in said
    assert "(D3)" in said


def test_a_row_refused_by_the_register_counts_as_blocked(world):
    make.organisation(world.city, "recommender", name="示例市北辰技师学院")

    dry, told = run(world, BASES)
    code, said = run(world, BASES, "--commit")

    assert (dry, code) == (1, 1)
    assert "不能作为项目单位" in told
    assert "新登记 5 个，原已登记 0 个，未登记 1 个" in said


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_cannot_be_read_is_code_two(world, tmp_path, content):
    file = tmp_path / "list.xlsx"
    file.write_bytes(content)

    assert run(world, file)[0] == 2


@pytest.mark.parametrize(
    "more",
    [("--edition", "没有"), ("--as", "nobody"), ("--commit", "--awarded-on", "2099-01-01")],
    ids=["edition", "user", "date"],
)
def test_a_wrong_option_is_code_two_and_writes_nothing(world, more):
    assert run(world, BASES, *more)[0] == 2
    assert not Project.objects.exists()


def test_a_missing_file_is_code_two(world, tmp_path):
    assert run(world, tmp_path / "none.xlsx")[0] == 2


def test_who_may_not_register_cannot_by_command(world):
    code, said = run(world, BASES, "--commit", "--as", world.u2.username)

    assert (code, said) == (2, "您的角色不能登记立项")
    assert not Project.objects.exists()


def upload(world, file=BASES, actor=None, **changes):
    given = {"name": file.name, "content": file.read_bytes(), "edition_code": EDITION} | changes
    return operations.upload_awards(**given, actor=actor or world.ph, on=ON)


def test_an_upload_is_kept_and_writes_no_project(world):
    batch = upload(world)

    assert bytes(batch.content) == BASES.read_bytes()
    assert (batch.committed_at, Project.objects.count()) == (None, 0)
    assert Entry.objects.get(verb="上传立项名单").text == "上传名单，读到 6 行，尚未登记"


def test_an_unreadable_upload_is_refused(world):
    with pytest.raises(Refused) as caught:
        upload(world, content=b"PK\x03\x04 broken")

    assert caught.value.findings[0].field == "file"
    assert not ImportBatch.objects.exists()


def test_a_second_confirmation_changes_nothing(world):
    batch = upload(world)
    done = operations.confirm_import(batch.pk, actor=world.ph, on=ON)
    before = everything()

    again = operations.confirm_import(batch.pk, actor=world.ph, on=ON)

    assert (len(done.created), again, everything()) == (6, operations.Registered(), before)
    assert Entry.objects.get(verb="确认导入名单", project_id=None, text__startswith="新登记").text == (
        "新登记 6 个，原已登记 0 个，未登记 0 个"
    )


def test_an_upload_belongs_to_its_uploader(world):
    batch = upload(world)

    with pytest.raises(ImportBatch.DoesNotExist):
        operations.confirm_import(batch.pk, actor=world.people["STRANGER"], on=ON)

    assert not Project.objects.exists()


@pytest.mark.parametrize("who", ["u2", "ch", "phl", "sa"])
def test_only_the_office_in_charge_uploads(world, who):
    with pytest.raises(PermissionDenied):
        upload(world, actor=getattr(world, who))


def test_a_plan_costs_the_same_for_one_row_and_for_six(world):
    rules = edition(EDITION)
    found = importing.read_list(BASES.read_bytes(), rules)

    with CaptureQueriesContext(connection) as statements:
        importing.lines_of(found, rules, surroundings_of(rules, world.ph))

    assert len(statements) <= 5


def test_a_plan_says_what_would_be_made(world):
    rules = edition(EDITION)
    found = importing.read_list(BASES.read_bytes(), rules)
    unit = make.organisation(world.city, name="示例市北辰技师学院")

    planned = importing.lines_of(found, rules, surroundings_of(rules, world.ph))

    assert [line.plan.organisation for line in planned] == [unit, None, None, None, None, None]
    assert [line.plan.node.name for line in planned] == ["示例市", "省教育厅", "示例省", "示例市", "示例州", "示例市"]
    assert [codes_of(line) for line in planned] == [[]] * 6


def codes_of(line):
    return [finding.code for finding in line.plan.findings]


def test_the_rule_of_the_list_and_of_the_register_agree(world):
    rules = edition(EDITION)
    for file in (BASES, STUDIOS):
        for row in importing.read_list(file.read_bytes(), rules).rows:
            assert importing.judge(importing.facts_of(row), rules).classification == row.classification


def test_a_refused_confirmation_is_told(world):
    batch = upload(world, awarded_on=ON)

    with pytest.raises(Refused) as caught:
        operations.confirm_import(batch.pk, actor=world.ph, on=date(2026, 3, 1))

    batch.refresh_from_db()
    assert (codes(caught), batch.committed_at) == (["awarded_on"], None)
