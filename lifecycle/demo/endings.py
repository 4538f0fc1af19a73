"""整改、取消、虚假材料 and the yearly grades: what stands on the tab 整改与称号 beyond the orders themselves."""

from datetime import date, timedelta

from lifecycle.demo.papers import paper
from lifecycle.demo.story import Story
from lifecycle.models import Hearing
from lifecycle.operations import aftermath, decisions, false_material, rectification, revocation, yearly
from lifecycle.queries import last_decided
from lifecycle.queries.sanctions import publication_text
from lifecycle.queries.yearly import open_year, yearly_payload
from projects.models import Problem

POINTS = [
    {"claim": "场地改造受施工影响，请求延长。", "reply": "施工发生在整改期限届满之后，理由不成立。", "adopted": "no"},
    {"claim": "已补充实训工位 12 个。", "reply": "经现场查看属实，但仍未达到要求的面积。", "adopted": "partly"},
]


def heard(story: Story, on: date) -> None:
    """The unit asks to be heard in person, and is."""
    text = "场地改造受施工影响，请求延长。\n已补充实训工位 12 个。"
    revocation.state_defence(story.pk, text=text, proofs=[paper("施工许可")], hearing=True, actor=story.u2, on=on)
    day = on + timedelta(days=12)
    revocation.record_hearing(
        story.pk, kind=Hearing.Kind.HEARING, held_on=day, place="省人社厅三楼会议室",
        persons="省人社厅、省财政厅经办，单位负责人和代理人", summary="单位陈述施工情况并提交照片；两厅询问工期和面积。",
        proof=paper("听证笔录"), actor=story.cast["ph"], on=day,
    )  # fmt: skip


def followed_up(story: Story, on: date) -> None:
    """Plaque, report upward and publication after the decision."""
    ph, case = story.cast["ph"], last_decided(story.fresh())
    if case is None:
        return
    aftermath.record_plaque(
        story.pk,
        happened_on=on,
        receiver="州人社局职业能力建设科",
        lost=False,
        proof=paper("牌匾照片"),
        actor=ph,
        on=on,
    )
    aftermath.report_upward(
        story.pk, happened_on=on, number=f"示例人社函〔{on.year}〕88号", receiver=story.project.edition.central_department,
        proof=paper("上报文件"), actor=ph, on=on,
    )  # fmt: skip
    text = publication_text(story.project, case)
    aftermath.publish(story.pk, happened_on=on, place="门户网站", text=text, actor=ph, on=on)


def suspected(story: Story, on: date) -> None:
    """A case the unit has answered: the finding or the dismissal waits."""
    false_material.open_false_case(
        story.pk, document="设备验收单 3 份", facts="验收单日期早于到货日期，签字笔迹一致。",
        evidence="物流签收记录、询问笔录", proofs=[paper("核查证据")], actor=story.cast["au"], on=on,
    )  # fmt: skip
    text = "验收单为补签，货物确已到场，附到货照片。"
    day = on + timedelta(days=4)
    false_material.state_false(story.pk, text=text, proofs=[paper("到货照片")], actor=story.u2, on=day)


def found_false(story: Story, on: date) -> None:
    """Found by both departments: the notice is served, the time for a defence runs."""
    false_material.open_false_case(
        story.pk, document="兼职教师聘用合同 6 份", facts="合同所列教师与社保、个税记录不符，实际未到岗。",
        evidence="社保查询结果、个人所得税记录、教师本人说明", proofs=[paper("核查证据")], actor=story.cast["ph"],
        on=on - timedelta(days=40),
    )  # fmt: skip
    decision = story.draft("false", on, reason="经核查并听取单位说明，认定申报材料不实。")
    decisions.concur_decision(decision.pk, actor=story.cast["pf"], on=on)
    story.sign(decision, on)
    revocation.serve_notice(
        story.pk, served_on=on, way="left", witness="示例街道办事处 见证人甲", proof=paper("送达回证"),
        actor=story.cast["ph"], on=on,
    )  # fmt: skip


def reported(story: Story, on: date, *, to: str = "decided", grade: str = "合格") -> None:
    """The earliest year that is due: written, sent, checked by the city, graded by both departments."""
    year = open_year(story.fresh(), on)
    if year is None:
        return
    yearly.save_yearly(
        story.pk, year=year, equipment="主要设备开机率 86%，闲置 2 台已调配。", work="开展技能攻关 3 项，带动企业 11 家。",
        problems="部分工种师资不足，计划新聘 4 名。", actor=story.u1, on=on,
    )  # fmt: skip
    yearly.submit_yearly(story.pk, year=year, actor=story.u2, on=on)
    if story.ch:
        yearly.check_yearly(
            story.pk, year=year, agreed=True, opinion="情况属实，同意上报。", actor=story.cast[story.ch], on=on
        )
    if to == "checked":
        return
    opinion = "任务完成较好。" if grade != "不合格" else "全年培训 320 人次，不足目标的三分之一；设备闲置率高。"
    yearly.propose_grade(story.pk, year=year, grade=grade, opinion=opinion, actor=story.cast["ph"], on=on)
    if to == "decided":
        story.decide("T28J", on, reason="年度考核评估全覆盖。", **yearly_payload(story.fresh()))


def ordered_after_grade(story: Story, on: date) -> None:
    """T29: on a failing grade; the money goes on, and the order was left with a witness."""
    items = [
        {"fact": "年培训人次不足", "requirement": "制定并完成补训计划", "clause": "年度考核", "level": Problem.Level.MAJOR},
        {"fact": "设备闲置率高", "requirement": "调配或开放使用", "clause": "年度考核", "level": Problem.Level.MINOR},
    ]  # fmt: skip
    money = "整改期间继续拨付，逐笔认定"
    reason = "年度考核不合格，责令限期整改。"
    story.decide("T29", on, reason=reason, term_months=3, items=items, money_handling=money)
    day = on + timedelta(days=4)
    rectification.serve_order(
        story.pk,
        served_on=day,
        way="post",
        receiver="示例收发室",
        proof=paper("邮寄回执"),
        actor=story.cast["ph"],
        on=day,
    )
