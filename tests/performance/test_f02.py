"""F02 as it is printed."""

import shutil
import subprocess

import pytest

from papers import render
from performance import f02, operations
from performance.queries import sheet_of
from policy.terms import Stage
from tests.performance.life import ON, filed, filled, scored


def text_of(content, tmp_path):
    """The words of a PDF; skipped where poppler is not there."""
    if not shutil.which("pdftotext"):
        pytest.skip("没有 pdftotext")
    file = tmp_path / "f02.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)  # noqa: S603, S607
    return done.stdout.decode()


def pdf(project, sheet):
    return render(f02.layout(f02.of_sheet(project, sheet)), "pdf")


def bare(text):
    """Without the blanks that the layout puts between words."""
    return "".join(text.split())


def test_the_form_has_every_field(world, project, tmp_path):
    sheet = filed(project, world)

    text = text_of(pdf(project, sheet), tmp_path)

    for words in (
        "中央对地方专项转移支付项目绩效目标申报表",
        "（2026 年度）",
        "（2027 年度）",
        "项目名称",
        "所属专项",
        "中央主管部门",
        "省级财政部门",
        "省级主管部门",
        "具体实施单位",
        "资金情况",
        "（万元）",
        "实施期金额",
        "年度金额",
        "其中：财政拨款",
        "其他资金",
        "总体目标",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标值",
        "≥2000 人次/年",
        "≤1/3",
        "700.00",
        "单位负责人",
        "（盖章）",
        "第 1 页 / 共 4 页",
        "第 1 版",
        f02.short(f02.digest(sheet.form)),
    ):
        assert bare(words) in bare(text), words
    assert project.organisation.name in bare(text)
    assert "草稿" not in text
    for level2 in (level2 for levels in f02.LAYOUT.values() for level2 in levels):
        assert level2[:4] in text, level2


def test_a_draft_is_marked_as_one(world, project, tmp_path):
    text = text_of(pdf(project, filled(project, world)), tmp_path)

    assert "草稿" in text


def test_a_filed_version_prints_the_same_for_ever(world, project):
    sheet = filed(project, world)
    before = f02.of_sheet(project, sheet)
    world.unit.name = "更名后的学院"
    world.unit.save(update_fields=["name"])
    project.refresh_from_db()

    assert f02.of_sheet(project, sheet_of(project)) == before
    assert f02.content(project, sheet)["unit"] == "更名后的学院"


def test_text_that_looks_like_markup_stays_text(world, project, tmp_path):
    filled(project, world)
    goal = '#panic("x") $x$ *粗* <b> \\ "引号"'
    operations.save_sheet(project.pk, goals={"period": goal}, rows=[], actor=world.u1, on=ON)

    text = text_of(pdf(project, sheet_of(project)), tmp_path)

    assert '#panic("x")' in text


def test_the_check_code_follows_the_content(world, project):
    scored(project, world)
    sheet = sheet_of(project)
    code = f02.digest(f02.content(project, sheet))

    sheet.goals.filter(block="period").update(text="另一个目标")

    assert f02.digest(f02.content(project, sheet_of(project))) != code
    assert project.stage == Stage.TARGET_REVIEW
    assert len(f02.short(code)) == len("ABCD-ABCD-ABCD")
