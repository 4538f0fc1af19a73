"""变更 of every kind and state, a case against an order, a deputy in office, one person's other name — by the operations."""

from datetime import date, timedelta
from typing import Any

from accounts import operations as accounts
from accounts.models import Organisation
from lifecycle.demo.papers import paper, papers_of
from lifecycle.demo.people import Cast
from lifecycle.models import Rectification
from lifecycle.operations import build, changes, corrections, decisions, disputes
from lifecycle.payloads import own_payload
from policy.credit_code import check_credit_code
from policy.terms import Kind, Line, Stage, UnitType
from projects.models import Decision, Project

SUCCESSOR = "示例市联合技师学院"


def run(cast: Cast, on: date) -> None:
    now = Changing(cast, on)
    now.renamed()
    now.leader()
    now.occupations()
    now.merging()
    now.extended()
    now.content()
    now.contested()
    now.deputies()


class Changing:
    def __init__(self, cast: Cast, on: date) -> None:
        self.cast, self.on = cast, on

    def day(self, back: int) -> date:
        return self.on - timedelta(days=back)

    def first(self, stage: Stage, **facts: Any) -> Project:
        found = Project.objects.filter(stage=stage, changes=None, **facts).select_related("organisation")
        return found.order_by("pk")[0]

    def leader_of(self, project: Project) -> Any:
        return next(
            user
            for name, user in self.cast.people.items()
            if name.endswith(".u2") and user.live_memberships[0].organisation == project.organisation
        )

    def ask(self, project: Project, kind: str, new: dict[str, Any], back: int, reason: str, document: str) -> Any:
        return changes.propose_change(
            project.pk, kind=kind, new=new, reason=reason, document=document, effective_on=self.day(back + 10),
            proof=paper("变更依据"), actor=self.leader_of(project), on=self.day(back),
        )  # fmt: skip

    def draft(self, project: Project, back: int, number: str) -> Decision:
        return decisions.draft_decision(
            "T31", {project.pk: own_payload("T31", project)}, number=number, dated_on=self.day(back),
            reason="变更事实清楚，材料齐全，经研究同意。", uploads=papers_of("T31"), actor=self.cast["ph"], on=self.day(back),
        )  # fmt: skip

    def approve(self, project: Project, back: int, number: str) -> None:
        decision = self.draft(project, back, number)
        for signer in ("phl", "pfl"):
            decisions.sign_decision(decision.pk, actor=self.cast[signer], on=self.day(back))

    def renamed(self) -> None:
        project = self.first(Stage.ACCEPTED, kind=Kind.BASE)
        name = project.organisation.name.replace("技师学院", "高级技工学院").replace("职业学校", "职业技术学校")
        new = {"name": name if name != project.organisation.name else f"{name}（东校区）"}
        self.ask(project, "rename", new, 70, "主管部门批准更名，统一社会信用代码不变。", "示例市编办〔2026〕8号")
        self.approve(project, 60, f"示例人社联〔{self.on.year}〕变更1号")

    def leader(self) -> None:
        project = Project.objects.filter(kind=Kind.STUDIO).exclude(stage__in=ENDED).order_by("pk")[0]
        new = {"leader_name": "孙示例", "leader_birth": "1981-05", "leader_level": "高级技师", "leader_able": "true"}
        self.ask(project, "leader", new, 40, "原带头人调离，由技术骨干接任。", "示例院发〔2026〕15号")
        self.approve(project, 32, f"示例人社联〔{self.on.year}〕变更2号")

    def occupations(self) -> None:
        project = self.first(Stage.BUILDING, kind=Kind.BASE)
        rows = [
            {"written": one.written, "code": one.code, "name": one.name, "level": one.level, "major": one.major}
            for one in list(project.occupations.all())[:-1]
        ]
        asked = self.ask(project, "occupations", {"occupations": rows}, 50, "一个工种生源不足。", "示例院发〔2026〕9号")
        answer = "减少工种后职业（工种）数低于申报承诺，请补充论证后再报。"
        changes.refuse_change(project.pk, asked.pk, answer=answer, actor=self.cast["ph"], on=self.day(44))

    def merging(self) -> None:
        project = self.first(Stage.TARGET_FILED)
        code = credit_code()
        accounts.create_organisation(
            node_id=project.organisation.node_id, name=SUCCESSOR, line=Line.UNIT, unit_type=UnitType.TECHNICAL,
            credit_code=code, actor=self.cast["sa"], on=self.day(15),
        )  # fmt: skip
        new = {"name": SUCCESSOR, "credit_code": code}
        self.ask(project, "merger", new, 9, "两校合并组建，原单位注销。", "示例市政函〔2026〕21号")

    def extended(self) -> None:
        """One build period that was prolonged: every list shows it as beyond two years."""
        running = Project.objects.filter(
            stage=Stage.BUILDING, build_end_on__gt=self.on, requests=None, kind=Kind.STUDIO
        )
        project = running.select_related("organisation").order_by("pk").first()
        if project is None:
            return
        leader, day = self.leader_of(project), self.day(30)
        build.request_extension(project.pk, months=6, reason="进口设备交货推迟，有合同佐证。", actor=leader, on=day)
        decision = decisions.draft_decision(
            "T14", {project.pk: {"months": 6}}, number=f"示例人社联〔{self.on.year}〕延期1号", dated_on=day,
            reason="交货推迟属实，同意延期。", uploads=papers_of("T14"), actor=self.cast["ph"], on=day,
        )  # fmt: skip
        for signer in ("phl", "pfl"):
            decisions.sign_decision(decision.pk, actor=self.cast[signer], on=day)

    def content(self) -> None:
        """Waits for both signatures."""
        project = Project.objects.filter(stage=Stage.BUILDING, kind=Kind.BASE).order_by("pk")[0]
        new = {"content": "数控实训室由 600 平方米调整为 800 平方米，增设工业机器人工位 12 个；其余不变。"}
        self.ask(project, "content", new, 12, "产业升级，企业岗位需求变化。", "示例院发〔2026〕31号")
        self.draft(project, 5, f"示例人社联〔{self.on.year}〕变更3号")

    def contested(self) -> None:
        """行政复议 against an order to rectify, under way; and a number that was mistyped, set right."""
        order = Rectification.objects.exclude(served_on=None).latest("served_on").decision
        project = order.items.get().project
        disputes.register_dispute(
            project.pk, decision_id=order.pk, kind="review", body="示例省人民政府", number=f"示例复受〔{self.on.year}〕17号",
            accepted_on=self.day(3), paper=paper("行政复议受理通知书"), actor=self.cast["ph"], on=self.day(2),
        )  # fmt: skip
        made = corrections.propose_correction(
            order.pk, field="number", new=f"{order.number[:-1]}（更正）号", reason="登记时漏录文号后缀。",
            actor=self.cast["ph"], on=self.day(2),
        )  # fmt: skip
        leader = self.cast["phl"]
        corrections.answer_correction(
            order.pk, made.pk, agreed=True, answer="与原件一致。", actor=leader, on=self.day(1)
        )

    def deputies(self) -> None:
        """省财政负责人 is away: her deputy signs until the end of the month after next."""
        principal, deputy = self.cast["pfl"], self.cast["pf2"]
        accounts.appoint_deputy(
            principal.pk, membership_id=principal.live_memberships[0].pk, deputy_id=deputy.pk, since=self.day(3),
            until=self.on + timedelta(days=45), document=f"示例财人〔{self.on.year}〕6号", actor=self.cast["sa"], on=self.day(4),
        )  # fmt: skip


ENDED = (Stage.DRAFT, Stage.REVOKED, Stage.SETTLED, Stage.TERMINATED, Stage.REVOCATION_NOTICE)


def credit_code() -> str:
    """An invented code whose check sign is right and that nobody has."""
    taken = set(Organisation.objects.values_list("credit_code", flat=True))
    made = (f"12229900MB0{number:06d}{sign}" for number in range(1, 99) for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY")
    return next(code for code in made if check_credit_code(code) is None and code not in taken)
