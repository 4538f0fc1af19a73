"""The region's sheet as PDF, as workbook, and as rows to paste into the sheet of the whole fund."""

import json
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from performance.f02 import short
from performance.rules.region_form import MANAGEMENT, TARGETS, WORDS, digest_of
from workbooks.writer import Sheet

TEMPLATE = Path(__file__).parent / "typst" / "region.typ"
F01 = "中央对地方专项转移支付区域绩效目标申报表"
F06 = "中央对地方转移支付区域绩效目标自评表"


def title_of(content: Mapping[str, Any]) -> str:
    return F01 if content["form"] == "F01" else F06


def pdf(content: Mapping[str, Any], *, issued: bool) -> bytes:
    """A4, landscape; a draft mark lies under it until it is issued."""
    import noto_cjk_sans_otc
    import typst

    said = {
        **content,
        "title": title_of(content),
        "management": [[key, label] for key, label in MANAGEMENT.items()],
        "code": short(digest_of(content)),
        "draft": not issued,
    }
    fonts = [str(path) for path in chain(filter(None, [settings.FONT_DIR]), [Path(noto_cjk_sans_otc.__file__).parent])]
    compiler = typst.Compiler(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True)
    return cast(bytes, compiler.compile(format="pdf", sys_inputs={"data": json.dumps(said, ensure_ascii=False)}))


def sheets(content: Mapping[str, Any]) -> list[Sheet]:
    """The form, the rows to paste (就业补助资金 of the whole fund), and who had not reported."""
    targets = content["form"] == "F01"
    heads = ["项目类型", "一级指标", "二级指标", "三级指标"]
    heads += ["实施期指标值", "年度指标值"] if targets else ["指标值", "全年实际完成值", "是否达到"]
    heads += ["按补助金额加权", "计算过程", "报送情况"]
    titles = [
        f"{content['province']}{title_of(content)}（{content['year']}年度）",
        f"{content['programme']}；{content['told']}",
    ]
    rows = [_line(row, targets) for row in content["rows"]]
    labels = WORDS[TARGETS if targets else "results"]
    words = [[label, content["words"].get(key, "")] for key, label in labels.items()]
    return [
        Sheet("区域绩效表", heads, rows, titles=titles, widths=[20, 14, 18, 36, 18, 18, 18, 30, 30, 20]),
        Sheet(
            "资金投入（万元）",
            ["资金", "全年预算数（A）", "全年执行数（B）", "预算执行率"],
            content["money"],
            widths=[24, 18, 18, 14],
        ),
        Sheet("文字内容", ["栏目", "内容"], words, widths=[36, 100]),
        Sheet(
            "粘贴用", ["一级指标", "二级指标", "三级指标", "指标值"], _paste(content, targets), widths=[14, 18, 48, 24]
        ),
        Sheet("未报项目", ["项目"], [[name] for name in content["missing"]], widths=[60]),
    ]


def money_heads(content: Mapping[str, Any]) -> list[str]:
    if content["form"] == "F01":
        return ["资金", "实施期金额", "年度金额"]
    return ["资金", "全年预算数（A）", "全年执行数（B）", "预算执行率（B/A）"]


def _line(row: Mapping[str, Any], targets: bool) -> list[str]:
    year, period = row["year"], row["period"]
    figures = [shown(period), shown(year)] if targets else [shown(row["target"]), year["shown"] or "—", row["met"]]
    return [
        row["kind"],
        row["level1"],
        row["level2"],
        row["name"],
        *figures,
        year["weighted"],
        year["why"],
        year["told"],
    ]


def shown(cell: Mapping[str, Any] | None) -> str:
    """A target with its sign; a result as it is."""
    return f"{cell['sign']}{cell['shown']}" if cell and cell["shown"] else "—"


def _paste(content: Mapping[str, Any], targets: bool) -> list[list[str]]:
    """Each row names its kind of project, as the fund's sheet holds many programmes."""
    rows = content["rows"]
    return [
        [
            row["level1"],
            row["level2"],
            f"{row['kind']}：{row['name']}",
            shown(row["year"]) if targets else row["year"]["shown"],
        ]
        for row in rows
    ]
