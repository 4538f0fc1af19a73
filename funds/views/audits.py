"""资金审计: the cases of a project, one case with its sample and findings, the printable report."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.roles import Action
from funds import operations
from funds.forms.audits import AuditForm, ConclusionForm
from funds.models import AuditCase, AuditFinding
from funds.queries.audits import cases_of, findings_of, kind_names, picks_of, redraw_of, shows_work
from funds.rules.audits import METHODS
from funds.views.seen import Shows
from policy.findings import refuse
from policy.money import ZERO, yuan
from projects import access
from projects.pages import Found, ProjectAction, ProjectConfirm, ProjectOperation, ProjectPage
from ui.parts import Check

ACTS = (
    Action.OPEN_AUDIT,
    Action.ASSESS_FINDING,
    Action.REPLY_FINDING,
    Action.SUBMIT_REPLY,
    Action.VERIFY_FINDING,
    Action.CONCLUDE_AUDIT,
)


class AuditsPage(ProjectPage):
    template_name = "funds/audits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            cases=list(cases_of(self.project, self.actor)),
            may_open=access.allows(self.actor, self.project, Action.OPEN_AUDIT),
            **kwargs,
        )


class OpenAudit(ProjectOperation):
    template_name = "funds/form.html"
    form_class = AuditForm
    title, submit_label, done = "资金审计立项", "立项并抽样", "审计已立项，样本已抽取"
    success_name = "funds:audits"
    result: AuditCase

    def run(self, data: dict[str, Any]) -> AuditCase:
        return operations.open_audit(self.project.pk, actor=self.actor, on=self.today, **data)

    def get_success_url(self) -> str:
        return (
            reverse("funds:audit", args=[self.project.pk, self.result.pk]) if self.result else super().get_success_url()
        )


class OneCase(Found):
    """Gives `self.case`, of this project."""

    case: AuditCase

    def load(self) -> None:
        super().load()
        rows = self.project.audits.select_related("batch", "opened_by", "sent_by", "concluded_by")
        self.case = get_object_or_404(rows, pk=self.kwargs["audit_id"])
        self.case.project = self.project

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"case": self.case, **kwargs})

    def get_success_url(self) -> str:
        return reverse("funds:audit", args=[self.project.pk, self.case.pk])


class CasePage(OneCase, ProjectPage):
    template_name = "funds/audit.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, shown = self.case, shows_work(self.case, self.actor)
        picks = picks_of(case) if shown else []
        findings = findings_of(case, self.actor) if shown else []
        return super().get_context_data(
            shown=shown,
            picks=picks,
            redraw=redraw_of(case, picks) if shown else None,
            findings=findings,
            method_text=METHODS[case.method],  # type: ignore[index]
            unseen=sum(pick.seen_by_id is None for pick in picks),
            amount=sum((one.finding.amount for one in findings), ZERO),
            closed=sum(one.finding.state == AuditFinding.State.CLOSED for one in findings),
            today=self.today,
            may={action.name.lower(): access.allows(self.actor, self.project, action) for action in ACTS},
            **kwargs,
        )


class AuditReport(CasePage):
    """For print: population, sample, seed, method, findings, replies, results."""

    template_name = "funds/audit_report.html"

    def load(self) -> None:
        super().load()
        if not shows_work(self.case, self.actor):
            refuse("state", "审计结果尚未送达，送达后可以查看报告。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(names=kind_names(self.project), **kwargs)


class SeeAuditPick(OneCase, ProjectAction):
    done = "已标记查看"

    def run(self, data: dict[str, Any]) -> Any:
        get_object_or_404(self.case.picks, pk=self.kwargs["pick_id"])
        return operations.see_audit_pick(
            self.project.pk, self.case.pk, actor=self.actor, pick_id=self.kwargs["pick_id"], on=self.today
        )


class SendAudit(Shows, OneCase, ProjectConfirm):
    title, submit_label, done = "送达审计发现", "送达单位", "审计发现已送达单位"

    def shown(self) -> AuditCase:
        return self.case

    def consequences(self) -> Iterable[str]:
        rows = list(self.case.findings.all())
        total = yuan(sum((row.amount for row in rows), ZERO))
        yield f"《{self.case.title}》（{self.case.number}）的 {len(rows)} 条发现送达单位，涉及 {total}"
        yield "每条发现列为一个问题，严重的在销号前不能申请验收；有金额的列入问题资金，按期限整改"
        yield "送达后发现不能再增删改"

    def checklist(self) -> Iterable[Check]:
        unseen = self.case.picks.filter(seen_by=None).count()
        yield Check(self.case.state == AuditCase.State.OPEN, f"审计{self.case.get_state_display()}")
        yield Check(not unseen, "样本全部查看" if not unseen else f"还有 {unseen} 笔样本未查看")
        for one in findings_of(self.case, self.actor):
            yield Check(bool(one.papers.evidence), f"第 {one.finding.number} 条有证据材料")

    def run(self, data: dict[str, Any]) -> AuditCase:
        return operations.send_audit(self.project.pk, self.case.pk, actor=self.actor, seen=self.seen, on=self.today)


class ConcludeAudit(Shows, OneCase, ProjectOperation):
    template_name = "funds/form.html"
    form_class = ConclusionForm
    title, submit_label, done = "办结资金审计", "办结", "审计已办结"

    def shown(self) -> AuditCase:
        return self.case

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def run(self, data: dict[str, Any]) -> AuditCase:
        ids = (self.project.pk, self.case.pk)
        return operations.conclude_audit(*ids, actor=self.actor, seen=self.seen, on=self.today, **data)
