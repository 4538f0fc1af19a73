"""审计发现: recorded, replied to, verified."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.persons import is_hand
from accounts.roles import Role
from funds import operations
from funds.forms.audits import AssessForm, FindingForm, ReplyForm, VerifyForm
from funds.models import AuditFinding
from funds.queries.audits import findings_of, shows_work, withhold_reply
from funds.queries.versions import word_of
from funds.views.audits import OneCase
from funds.views.seen import Marks, Seen
from policy.money import yuan
from projects.pages import ProjectAction, ProjectConfirm, ProjectOperation
from ui.parts import Check

FILLED = ("kind", "level", "voucher_id", "amount", "due_on", "fact", "clause", "measure")


class FindingFormPage(OneCase, ProjectOperation):
    template_name = "funds/audit_finding.html"
    form_class = FindingForm

    def get_form_kwargs(self) -> dict[str, Any]:
        auditor = not self.actor.roles & {Role.CF, Role.PF}
        return {**super().get_form_kwargs(), "case": self.case, "auditor": auditor}

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class RecordFinding(FindingFormPage):
    title, submit_label, done = "记录审计发现", "保存发现", "发现已记录，送达前单位看不到"

    def get_initial(self) -> dict[str, Any]:
        days = self.project.edition.number("finding_days")
        asked = self.request.GET.get("voucher", "")
        return {"due_on": self.today + timedelta(days=days), "amount": 0, "voucher_id": asked[:12]}

    def run(self, data: dict[str, Any]) -> AuditFinding:
        return operations.record_finding(self.project.pk, self.case.pk, actor=self.actor, on=self.today, **data)


class OneFinding(Seen, OneCase):
    """Gives `self.finding`, of this case; one the person may not know of yet is not there.

    `self.word`: of all of it, taken before what this reader may not see yet is left out.
    """

    finding: AuditFinding

    def load(self) -> None:
        super().load()
        if not shows_work(self.case, self.actor):
            raise Http404
        rows = self.case.findings.select_related("voucher", "recorded_by", "reply_drafted_by")
        self.finding = get_object_or_404(rows, pk=self.kwargs["finding_id"])
        self.word = word_of(self.finding)
        withhold_reply(self.finding, self.actor)

    def ids(self) -> tuple[int, int, int]:
        return self.project.pk, self.case.pk, self.finding.pk

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = next(one for one in findings_of(self.case, self.actor) if one.finding.pk == self.finding.pk)
        return super().get_context_data(**{"finding": self.finding, "one": one, "seen": self.word, **kwargs})


class EditFinding(Marks, OneFinding, FindingFormPage):
    title, submit_label, done = "修改审计发现", "保存发现", "发现已修改"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.finding, name) for name in FILLED} | self.outside()

    def outside(self) -> dict[str, Any]:
        """A payment outside the sample is named by its number."""
        voucher = self.finding.voucher
        if voucher is None or self.case.picks.filter(voucher=voucher).exists():
            return {}
        return {"voucher_id": "", "other_number": voucher.number}

    def run(self, data: dict[str, Any]) -> AuditFinding:
        return operations.edit_finding(*self.ids(), actor=self.actor, seen=self.seen, on=self.today, **data)


class DropFinding(OneFinding, ProjectAction):
    done = "发现已删除"

    def run(self, data: dict[str, Any]) -> None:
        operations.drop_finding(*self.ids(), actor=self.actor, on=self.today)


class AssessFinding(OneFinding, ProjectOperation):
    template_name = "funds/audit_act.html"
    form_class = AssessForm
    title, submit_label, done = "核定涉及金额", "核定", "金额已核定"

    def run(self, data: dict[str, Any]) -> AuditFinding:
        return operations.assess_finding(*self.ids(), actor=self.actor, seen=self.seen, on=self.today, **data)


class DraftReply(OneFinding, ProjectOperation):
    template_name = "funds/audit_act.html"
    form_class = ReplyForm
    title, submit_label, done = "起草审计答复", "保存答复", "答复已保存，待单位负责人提交"

    def get_initial(self) -> dict[str, Any]:
        return {"reply": self.finding.reply}

    def run(self, data: dict[str, Any]) -> AuditFinding:
        return operations.draft_reply(*self.ids(), actor=self.actor, on=self.today, **data)


class SubmitReply(OneFinding, ProjectConfirm):
    title, submit_label, done = "提交审计答复", "提交答复", "答复已提交，待财政核验"

    def consequences(self) -> Iterable[str]:
        yield f"第 {self.finding.number} 条：{self.finding.fact}"
        yield f"答复：{self.finding.reply or '（未起草）'}"
        yield f"涉及 {yuan(self.finding.amount)}；提交后不能再改，由记录人以外的财政人员核验"

    def checklist(self) -> Iterable[Check]:
        proofs = next(
            one for one in findings_of(self.case, self.actor) if one.finding.pk == self.finding.pk
        ).papers.proof
        yield Check(bool(self.finding.reply), "答复已起草")
        yield Check(bool(proofs), f"整改佐证材料 {len(proofs)} 份")
        drafter = self.finding.reply_drafted_by_id
        yield Check(not is_hand(self.actor, drafter), "起草人和提交人不是同一人", clause="职责分离 SD1")

    def run(self, data: dict[str, Any]) -> AuditFinding:
        return operations.submit_reply(*self.ids(), actor=self.actor, seen=self.seen, on=self.today)


class VerifyFinding(OneFinding, ProjectOperation):
    template_name = "funds/audit_act.html"
    form_class = VerifyForm
    title, submit_label, done = "核验审计整改", "记录核验结论", "核验结论已记录"

    def run(self, data: dict[str, Any]) -> AuditFinding:
        return operations.verify_finding(*self.ids(), actor=self.actor, seen=self.seen, on=self.today, **data)
