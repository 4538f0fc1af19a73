"""绩效目标 in its finer points: what reviewers say of single indicators, and an adjustment approved during the build."""

from datetime import date, timedelta

from lifecycle.demo.story import MENDING, Story
from performance import operations as performance
from performance.operations import RowInput
from performance.queries import grid_of, revision_payload, sheet_of

REASON = "新承接企业新型学徒制订单培养任务，高技能人才培训规模扩大，原目标偏低；设备到货推迟，第二年实训能力同步增加。"
WANTED = {"B02": "1000", "B18": "950"}
OF_MENDING = {
    "ph": {"B01": "请说明按职业（工种）和等级的测算过程。", "B20": "列明已有和拟订的管理制度名称。"},
    "pf": {"B13": "资金支付及时率请与用款计划对应，说明取数口径。"},
}
OF_REVISION = {"ph": {"B02": "已核对学徒制合作协议，同意上调。"}, "pf": {"B18": "补贴资金另有渠道，不占用本项目资金。"}}


def remarked(story: Story, on: date) -> None:
    """Both departments score it 良 and say what is to be mended, indicator by indicator."""
    story.review(on, MENDING, OF_MENDING)


def adjusted(story: Story, on: date) -> None:
    """目标调整: proposed, typed, scored and approved jointly; the first version stays readable beside it."""
    performance.propose_revision(story.pk, reason=REASON, actor=story.u2, on=on)
    sheet = sheet_of(story.project)
    if sheet is None:
        raise RuntimeError("no sheet")
    rows = [
        RowInput(id=line.indicator.pk, values=dict.fromkeys(line.targets, WANTED[line.indicator.template_code]))
        for line in grid_of(sheet).lines
        if line.indicator.template_code in WANTED
    ]
    performance.save_sheet(story.pk, goals={}, rows=rows, actor=story.u1, on=on + timedelta(days=2))
    performance.submit_revision(story.pk, actor=story.u2, on=on + timedelta(days=3))
    story.review(on + timedelta(days=9), said=OF_REVISION)
    day = on + timedelta(days=14)
    reason = "调整理由充分，指标上调，不减少产出，同意调整。"
    story.sign(story.draft("T13M", day, reason=reason, **revision_payload(story.fresh())), day)
