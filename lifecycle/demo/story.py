"""One project's life, step by step, each step one operation by the person whose step it is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from funds import operations as funds
from funds.ledger import Quarter
from lifecycle.demo import accepting
from lifecycle.demo.papers import paper, papers_of
from lifecycle.demo.people import Cast
from lifecycle.demo.wanted import remarks_on, typed_row
from lifecycle.operations import acceptance, build, decisions, rectification, revocation, targets, termination
from lifecycle.queries import PACK, conditions_of, order_items, problems_of, rectification_of, revocation_of
from lifecycle.rules.points import RULINGS
from performance import operations as performance
from performance.models import PERIOD, Target
from performance.operations import Reached
from performance.queries import filed_sheet, grid_of, sheet_of
from policy.terms import Attained, Kind, Operator, VoucherState
from projects.models import Decision, Problem, Project

Cells = Mapping[tuple[str, str], Decimal]
MENDING, FINE = 85, 94
ANSWERED = [{"claim": "场地改造受施工影响。", "reply": "施工发生在整改期限届满之后，理由不成立。", "adopted": False}]
PUBLIC = (timedelta(days=31), timedelta(days=3))
SPLIT = {
    Kind.BASE: {"equipment": 60, "facilities": 15, "instructors": 10, "courses": 10, "activities": 5},
    Kind.STUDIO: {"materials": 70, "exchange": 30},
}
PAYEES = {"equipment": "示例智能装备有限公司", "materials": "示例材料有限公司", "facilities": "示例机电安装有限公司"}


@dataclass
class Story:
    """`key`: the unit's people in the cast; `ch`, `cf`: its first-review offices' people, "" where there is none."""

    cast: Cast
    project: Project
    key: str
    ch: str = "ch"
    cf: str = "cf"
    documents: int = 0
    shares: Mapping[str, int] | None = None

    @property
    def split(self) -> Mapping[str, int]:
        """Percent of the grant by category."""
        return self.shares or SPLIT[Kind(self.project.kind)]

    @property
    def pk(self) -> int:
        return self.project.pk

    @property
    def u1(self) -> User:
        return self.cast[f"{self.key}.u1"]

    @property
    def u2(self) -> User:
        return self.cast[f"{self.key}.u2"]

    def number(self, on: date) -> str:
        """An invented document number."""
        self.documents += 1
        return f"示例人社联〔{on.year}〕{self.pk * 100 + self.documents}号"

    def fresh(self) -> Project:
        self.project = Project.objects.select_related("organisation__node").get(pk=self.pk)
        return self.project

    def draft(self, code: str, on: date, *, by: str = "ph", reason: str = "", **payload: Any) -> Decision:
        """Draft a joint decision over this project alone; before an award its names stood before the public."""
        if code == "T01":
            payload = publicity(on) | payload
        if code in RULINGS:
            payload = {"points": ANSWERED} | payload
        if code == "T26":
            self.review_legality(on)
        return decisions.draft_decision(
            code,
            {self.pk: payload},
            number=self.number(on),
            dated_on=on,
            reason=reason or "材料齐全，事实清楚，经研究同意。",
            uploads=papers_of(code),
            actor=self.cast[by],
            on=on,
        )

    def decide(self, code: str, on: date, *, by: str = "ph", reason: str = "", **payload: Any) -> Decision:
        """Draft and sign, both departments."""
        decision = self.draft(code, on, by=by, reason=reason, **payload)
        self.sign(decision, on)
        return decision

    def sign(self, decision: Decision, on: date) -> None:
        for signer in ("phl", "pfl"):
            decisions.sign_decision(decision.pk, actor=self.cast[signer], on=on)
        self.fresh()

    # 绩效目标
    def fill_targets(self, on: date, *, years: range | None = None) -> None:
        """Every indicator of the template; the unit's own values where the template leaves them open."""
        years = years or range(on.year, on.year + (1 if self.project.kind == Kind.STUDIO else 2))
        performance.draft_sheet(self.pk, first_year=years.start, years=len(years), actor=self.u1, on=on)
        sheet = sheet_of(self.fresh())
        if sheet is None:
            raise RuntimeError("no sheet")
        rows = [typed_row(line) for line in grid_of(sheet).lines]
        goals = dict.fromkeys(sheet.blocks, "目标1：建成实训条件完备的培养载体；\n目标2：按期完成培训和评价任务。")
        performance.save_sheet(self.pk, goals=goals, rows=rows, actor=self.u1, on=on)

    def submit_targets(self, on: date) -> None:
        targets.submit_targets(self.pk, actor=self.u2, on=on)

    def first_review(self, on: date) -> None:
        for person in (self.ch, self.cf):
            if person:
                performance.first_review(self.pk, actor=self.cast[person], agreed=True, comment="同意上报", on=on)

    def review(self, on: date, total: int = FINE, said: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Both departments score; `total` of 100 points spread over the sixteen points.

        `said`: by person and template code, what is said of single indicators.
        """
        for person in ("ph", "pf"):
            remarks = remarks_on(sheet_of(self.project), (said or {}).get(person, {}))
            given: dict[str, Any] = {"comment": "指标与资金基本匹配。", "remarks": remarks}
            targets.review_targets(self.pk, points=self.points(total), actor=self.cast[person], on=on, **given)
        self.fresh()

    def points(self, total: int) -> list[int]:
        most = [item.points for item in self.project.edition.review_points]
        missing = sum(most) - total
        scored = []
        for value in most:
            cut = min(missing, value)
            missing -= cut
            scored.append(value - cut)
        return scored

    def file_targets(self, on: date, *, years: range | None = None) -> None:
        self.fill_targets(on, years=years)
        self.submit_targets(on + timedelta(days=1))
        self.first_review(on + timedelta(days=4))
        self.review(on + timedelta(days=8))
        self.decide("T04", on + timedelta(days=10))

    # 资金
    def issue(self, on: date, *, signed: bool = True, received: bool = True, held_out: Collection[int] = ()) -> None:
        """资金文件 over the whole grant, signed and received; `held_out`: projects it leaves out."""
        document = funds.record_fund_document(
            actor=self.cast["pf"],
            number=f"示例财社〔{on.year}〕{self.pk}号",
            dated_on=on,
            fiscal_year=on.year,
            source=self.project.edition.grant_source,
            title="关于下达高技能人才培养补助资金的通知",
            indicator_number=f"ZB{on.year}{self.pk:04d}",
            total=self.project.grant or Decimal(0),
            lines={self.pk: self.project.grant or Decimal(0)},
            upload=paper("资金文件"),
            held_out=held_out,
            functional_class="208 社会保障和就业支出",
            economic_class="310 资本性支出",
            on=on,
        )
        if not signed:
            return
        funds.approve_fund_document(document.pk, actor=self.cast["pfl"], on=on)
        if not received:
            return
        allocation = self.project.allocations.get(document=document)
        day = on + timedelta(days=6)
        funds.confirm_receipt(self.pk, allocation.pk, actor=self.u2, received_on=day, amount=allocation.amount, on=day)

    def budget(self, on: date, *, more: Cells | None = None, plan: Mapping[Quarter, Decimal] | None = None) -> None:
        """The grant by the usual shares; `more`: cells of other sources, `plan`: 用款计划."""
        grant = self.project.grant or Decimal(0)
        source = self.project.edition.grant_source.value
        items = {(code, source): grant * part / 100 for code, part in self.split.items()}
        items |= dict(more or {})
        funds.save_budget(self.pk, actor=self.u1, items=items, plan=plan, on=on)
        funds.submit_budget(self.pk, actor=self.u2, on=on)
        funds.consent_budget(self.pk, actor=self.cast["ph"], on=on + timedelta(days=3))
        funds.approve_budget(self.pk, actor=self.cast["pf"], on=on + timedelta(days=5))

    def start(self, on: date) -> None:
        """Money issued, build period started, budget approved; `on` is the first day of the build period."""
        self.issue(on)
        self.budget(on + timedelta(days=8))
        build.start_building(self.pk, actor=self.cast["ph"], on=on + timedelta(days=15))
        self.fresh()

    def pay(self, category: str, share: int, on: date, *, what: str, state: str = VoucherState.RECOGNISED) -> None:
        """One payment of `share` percent of the grant, brought to the state asked for."""
        amount = (self.project.grant or Decimal(0)) * share / 100
        count = self.project.vouchers.count() + 1
        voucher = funds.record_voucher(
            self.pk,
            actor=self.u1,
            on=on + timedelta(days=2),
            uploads=[paper("发票和合同")],
            category=category,
            source=self.project.edition.grant_source.value,
            number=f"记-{on:%y%m}-{count:03d}",
            paid_on=on,
            amount=amount,
            abstract=what,
            payee=PAYEES.get(category, "示例教学服务有限公司"),
            contract_number=f"HT{on:%Y%m%d}",
            invoice_number=f"{self.pk:06d}{on:%y%m%d}{count:04d}",
            invoice_total=amount,
        )
        if state == VoucherState.DRAFT:
            return
        funds.submit_voucher(self.pk, voucher.pk, actor=self.u2, on=on + timedelta(days=3))
        if state == VoucherState.SUBMITTED:
            return
        opinion = "" if state == VoucherState.RECOGNISED else "发票与合同金额不一致，请补充说明。"
        said = {"verdict": state, "opinion": opinion}
        day = on + timedelta(days=9)
        judged = funds.judge_voucher(self.pk, voucher.pk, actor=self.cast[self.cf or "pf"], on=day, **said)
        if judged.first_judged_by_id and judged.state == VoucherState.SUBMITTED:  # above the threshold two sign
            second = "pf" if self.cf else "pf2"
            funds.judge_voucher(self.pk, voucher.pk, actor=self.cast[second], on=day, **said)

    def spend(self, on: date, *, parts: int = 3) -> None:
        """Most of every category, in `parts` payments a quarter apart."""
        for index in range(parts):
            for category, share in self.split.items():
                self.pay(category, share // parts, on + timedelta(days=91 * index), what=f"第{index + 1}批建设支出")

    # 验收
    def apply(self, on: date) -> None:
        uploads = {code: paper(label) for code, label in PACK.items()}
        acceptance.apply_acceptance(
            self.pk, summary="设备购置、场地改造和课程开发任务已全部完成。", uploads=uploads, actor=self.u2, on=on,
            early_reason="" if self.project.build_end_on and on >= self.project.build_end_on else "任务提前完成",
        )  # fmt: skip
        for person in (self.ch, self.cf):
            if person:
                acceptance.first_check(
                    self.pk, opinion="材料属实，同意验收。", actor=self.cast[person], on=on + timedelta(days=7)
                )
        self.fresh()

    def panel(self, on: date, *, sheets: bool = True) -> None:
        """形式审查, 验收组, the visit and every sheet, where they are not there yet."""
        accepting.panel(self, on, sheets=sheets)

    def gate_a(self, on: date, *, failing: tuple[str, ...] = (), sheets: bool = True) -> None:
        """Every condition met on its values, but for those named; the panel first, where there is none."""
        self.panel(on, sheets=sheets)
        values: dict[str, dict[str, str]] = {}
        for item in conditions_of(self.project):
            given = good_values(item.op, item.threshold, [name for name, _ in item.facts])
            values[item.code] = given if item.code not in failing else bad_values(item.op, item.threshold, given)
        evidence = {item.code: item.evidence for item in conditions_of(self.project)}
        found = acceptance.GateA(values=values, evidence=evidence)
        acceptance.check_conditions(self.pk, found=found, actor=self.cast["ph"], on=on)

    def gate_b(self, on: date, *, failing: tuple[str, ...] = (), confirm: bool = True) -> None:
        """Actual values at the targets, but for the template codes named, which reach half."""
        sheet = filed_sheet(self.project)
        found = Target.objects.filter(indicator__sheet=sheet, block=PERIOD).select_related("indicator")
        values = {target.indicator_id: reached(target, target.indicator.template_code in failing) for target in found}
        ref = self.project.acceptances.count()
        performance.enter_values(self.pk, acceptance_ref=ref, values=values, actor=self.cast["ph"], on=on)
        if confirm:
            performance.confirm_values(self.pk, actor=self.cast["pf"], on=on + timedelta(days=1))

    # 整改和取消
    def order(self, on: date, *, term: int = 12, served_on: date | None = None, serve: bool = True) -> None:
        items = [item | {"level": Problem.Level.MAJOR} for item in order_items(self.fresh())]
        self.decide(
            "T19", on, reason="验收不符合要求，责令限期整改。", term_months=term, items=items, money_handling="暂停拨付"
        )
        if serve:
            self.serve(rectification.serve_order, served_on or on + timedelta(days=3))

    def serve(self, record: Callable[..., Any], on: date) -> None:
        record(
            self.pk, served_on=on, way="direct", receiver="示例签收人", proof=paper("送达回证"), actor=self.cast["ph"],
            on=on,
        )  # fmt: skip

    def report(self, on: date) -> None:
        order = rectification_of(self.fresh())
        for problem in problems_of(order) if order else []:
            rectification.answer_problem(
                self.pk, problem.pk, answer="已按要求整改，见佐证。", proofs=[paper("整改佐证")], actor=self.u1, on=on
            )
        rectification.submit_report(self.pk, text="已逐项整改。", actor=self.u2, on=on)

    def recheck(self, on: date, *, passed: bool) -> None:
        """By 省财政经办, for 省人社经办 drafted the order (SD4)."""
        order = rectification_of(self.fresh())
        verdicts = (
            {item.pk: (passed, "" if passed else "现场查看仍未达到") for item in problems_of(order)} if order else {}
        )
        rectification.record_recheck(
            self.pk, verdicts=verdicts, note="现场复验", proof=paper("复验记录"), actor=self.cast["pf"], on=on
        )

    def notice(self, on: date) -> None:
        """拟取消告知: proposed, concurred, signed, served."""
        decision = self.draft("T23", on, reason="一年内整改后仍不能满足要求。")
        decisions.concur_decision(decision.pk, actor=self.cast["pf"], on=on)
        self.sign(decision, on)
        self.serve(revocation.serve_notice, on)

    def review_legality(self, on: date, *, passed: bool = True) -> None:
        """By 省财政经办, for 省人社经办 drafted the notice (SD1); once a proceeding."""
        case = revocation_of(self.fresh())
        if case is None or case.legal_reviews.exists():
            return
        opinion = "主体合法，事实清楚，依据正确，程序合法。" if passed else "送达回证缺签收日期，须补正。"
        revocation.review_legality(
            self.pk, office="政策法规处", passed=passed, opinion=opinion, proof=paper("法制审核意见"),
            actor=self.cast["pf"], on=on,
        )  # fmt: skip

    def defend(self, on: date) -> None:
        revocation.state_defence(self.pk, text="场地改造受施工影响，请求延长。", proofs=[], actor=self.u2, on=on)

    def revoke(self, on: date) -> None:
        self.decide("T26", on, reason="陈述申辩不成立，一年内整改后仍不能满足要求，取消称号。")
        self.serve(revocation.serve_decision, on)

    # 清算和缴回
    def prepare_settlement(self, on: date, *, terminating: bool = False) -> None:
        """Where the unit has asked for its end, `terminating`; else for what the stage says."""
        number = f"示例财社〔{on.year}〕清{self.pk}号"
        prepare = termination.prepare_settlement if terminating else funds.prepare_settlement
        prepare(self.pk, actor=self.cast["pf"], document_number=number, on=on)

    def repay(self, amount: Decimal, on: date, *, confirmed: bool = True) -> None:
        claim = self.project.claw_backs.latest("pk")
        repayment = funds.record_repayment(
            self.pk, claim.pk, actor=self.cast["pf"], amount=amount, paid_on=on,
            number=f"缴{on:%Y%m%d}{self.pk:03d}", proof=paper("缴款书"), on=on,
        )  # fmt: skip
        if confirmed:
            funds.confirm_repayment(self.pk, repayment.pk, actor=self.cast["pfl"], on=on + timedelta(days=2))


def publicity(on: date) -> dict[str, str]:
    """Long enough before `on` for any five working days."""
    return {"publicity_from": str(on - PUBLIC[0]), "publicity_to": str(on - PUBLIC[1])}


def reached(target: Target, failing: bool) -> Reached:
    indicator = target.indicator
    if indicator.operator == Operator.QUALITATIVE:
        return Reached(attained=Attained.FULL, points=target.weight)
    if not failing:
        return Reached(actual=target.value)
    return Reached(actual=str(int(target.value) // 2), reason="设备到货推迟，培训未按计划开展")


def good_values(op: str, threshold: str, names: list[str]) -> dict[str, str]:
    """Values that meet a condition."""
    if op in {"ratio_le", "ratio_ge"}:
        return {names[0]: "30" if op == "ratio_le" else "60", names[1]: "120"}
    given = {"is": "true", "between": threshold.split("..", maxsplit=1)[0], "min_ge": "3、4、3、5、3"}
    return {names[0]: given.get(op, threshold.split("|", maxsplit=1)[0])}


def bad_values(op: str, threshold: str, good: dict[str, str]) -> dict[str, str]:
    """Values that miss it."""
    first = next(iter(good))
    wrong = {"is": "false", "ge": str(int(threshold) * 86 // 100) if threshold.isdigit() else "1"}
    return good | {first: wrong.get(op, "1")}
