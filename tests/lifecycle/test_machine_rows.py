"""The guide says every row of domain/data/transitions.csv: from where to where, who, which papers, by when.

The facts of the file are written out here: it is no part of the product.
"""

import pytest

from lifecycle.diagram import PLACES, draw
from lifecycle.guide import GUARD_WORDS, guide
from lifecycle.machine import ACTS, STEPS
from policy.loader import configured, edition
from policy.terms import Stage
from tests import factories as make

ANY = (
    "draft", "awarded", "target_review", "target_filed", "building", "in_acceptance", "accepted", "rectifying",
    "rechecking", "revocation_notice",
)  # fmt: skip
HELD = ("target_filed", "building", "in_acceptance", "accepted", "rectifying", "rechecking", "revocation_notice")
BOTH = ("省人社厅负责人", "省财政厅负责人")
# row: (from, to, words of who, words of the papers, words of the time limit); "" → no change of stage.
CSV = {
    "T01": (("draft",), "awarded", ("省人社经办", *BOTH), ("备案名单文件", "公示截图"), ""),
    "T02": (("awarded",), "", ("省人社厅",), ("任务通知",), ""),
    "T03": (("awarded",), "target_review", ("单位负责人",), ("申报表盖章件",), "任务通知"),
    "T04": (("target_review",), "target_filed", BOTH, ("审核表",), "10 个工作日"),
    "T05": (("target_review",), "target_filed", BOTH, ("审核表", "修改记录"), "10 个工作日"),
    "T06": (("target_review",), "awarded", ("省人社厅", "省财政厅"), ("退回意见",), "10 个工作日"),
    "T07": (("target_review",), "awarded", ("省人社厅", "省财政厅"), ("审核表",), "10 个工作日"),
    "T08": (("target_filed",), "building", ("省人社经办",), ("资金文件", "拨付凭证"), "30 日"),
    "T09": (("building",), "", ("项目单位",), ("季报包", "监控表", "自评表"), "10 个工作日"),
    "T10": (("building",), "", ("检查组", "2 人"), ("检查记录", "现场照片"), "问题单"),
    "T11": (HELD, "", BOTH, ("暂停依据材料",), "同级文件"),
    "T12": (HELD, "", BOTH, ("恢复依据材料",), "销号"),
    "T13": (("building",), "", BOTH, ("调剂批复",), ""),
    "T14": (("building",), "", BOTH, ("延期批复",), "届满前"),
    "T15": (("building",), "in_acceptance", ("单位负责人",), ("验收申请书",), "60 日"),
    "T16": (("building",), "", ("系统预警", "省人社厅"), ("督办函",), "60 日"),
    "T17": (("in_acceptance",), "", ("省人社厅", "省财政厅"), ("验收组名单",), "60 日"),
    "T18": (("in_acceptance",), "accepted", BOTH, ("意见书", "绩效评价表"), ""),
    "T19": (("in_acceptance",), "rectifying", BOTH, ("限期整改通知书", "送达回证"), "12 个月"),
    "T20": (("rectifying",), "rechecking", ("单位负责人",), ("整改报告",), "到期日之前"),
    "T21": (("rechecking",), "accepted", BOTH, ("复验意见书",), ""),
    "T22": (("rechecking",), "rectifying", BOTH, ("复验意见书",), "12 个月"),
    "T23": (("rectifying", "rechecking"), "revocation_notice", BOTH, ("告知书",), "到期日后"),
    "T24": (("revocation_notice",), "", ("项目单位",), ("陈述申辩书", "复核意见"), "10 个工作日"),
    "T25": (("revocation_notice",), "rechecking", BOTH, ("复核决定",), ""),
    "T26": (
        ("revocation_notice",),
        "revoked",
        BOTH,
        ("取消称号决定书", "送达回证", "摘牌记录", "集体研究纪要", "法制审核"),
        "",
    ),
    "T27": (("revoked",), "settled", ("省财政负责人",), ("清算表", "缴回凭证"), "决定写明"),
    "T28": (("accepted",), "", ("项目单位", "两厅"), ("年度总结",), "每年一次"),
    "T29": (("accepted",), "rectifying", BOTH, ("整改通知书",), "12 个月"),
    "T30": (ANY, "terminated", BOTH, ("终止申请",), ""),
    "T31": (ANY, "", BOTH, ("变更批复",), ""),
    "T32": (("revoked",), "revocation_notice", BOTH, ("生效法律文书",), ""),
}


@pytest.fixture(scope="module")
def rows():
    return {row.code: row for row in guide(edition(make.EDITION))}


def test_the_file_has_thirty_two_rows_and_the_guide_each_of_them(rows):
    assert list(CSV) == [f"T{number:02d}" for number in range(1, 33)]
    assert set(CSV) <= set(rows)


@pytest.mark.parametrize("code", CSV)
def test_a_row_says_what_the_file_says(rows, code):
    sources, target, who, papers, due = CSV[code]
    row = rows[code]

    assert (tuple(map(str, row.sources)), str(row.target or "")) == (sources, target)
    assert [word for word in who if word not in row.who] == []
    assert [word for word in papers if word not in "、".join(row.documents)] == []
    assert due in row.due
    assert row.basis
    assert row.place


@pytest.mark.parametrize("code", sorted(configured()))
def test_the_guide_can_be_told_by_every_edition(code):
    told = guide(edition(code))

    assert len(told) == len(STEPS) + len(ACTS)
    assert not [row.code for row in told if "{" in row.who + row.due + "".join(row.needs)]


def test_every_guard_is_told_in_words():
    used = {guard for step in STEPS for guard in step.guards}

    assert {guard.__name__ for guard in used if guard not in GUARD_WORDS} == set()
    assert {guard.__name__ for guard in GUARD_WORDS if guard not in used} == set()


def test_a_number_of_our_own_practice_is_marked_as_such(rows):
    assert rows["T15"].due == "建设期届满后 60 日内（系统默认）"
    assert rows["T19"].due == "整改期限自送达之日起不超过 12 个月（通知）"


def test_the_drawing_has_every_stage_once_and_every_arrow_of_the_table():
    drawing = draw(Stage.BUILDING)

    drawn = {(code, arrow.source, arrow.target) for arrow in drawing.arrows for code in arrow.codes}
    wanted = {(step.code, source, step.target) for step in STEPS if step.target for source in step.sources}
    wide = {step.code for step in drawing.wide}
    assert drawn == {row for row in wanted if row[0] not in wide}
    assert wide == {"T30", "false"}
    assert [box.stage for box in drawing.boxes if box.here] == [Stage.BUILDING]
    assert set(PLACES) == set(Stage)
    assert len(set(PLACES.values())) == len(Stage)
