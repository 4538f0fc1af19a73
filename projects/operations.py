"""Registering awards as drafts, correcting a draft, serving a file: one function, one transaction."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts import journal
from accounts.models import Node, Organisation, User
from accounts.roles import Action
from policy.credit_code import tidy_credit_code
from policy.edition import Edition
from policy.findings import Finding, Refused, blocking, refuse, refuse_if_blocking
from policy.loader import edition
from policy.terms import Kind, Line, Sector, Stage, Track
from projects import access, decisions, files, importing, scanner
from projects.award_list import AwardRow
from projects.importing import AwardFacts, Judged, Plan
from projects.models import Attachment, Decision, DecisionItem, ImportBatch, Occupation, Project
from projects.queries import Surroundings, batches_of, files_for, province_of, surroundings_of
from projects.rules import Classification, Status
from workbooks.envelope import Unreadable

BLOCKED = "名单中这一行有错误，未登记，请按提示改正后重新上传。"


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of each row: projects made, projects that stood already, and rows refused with the reason."""

    created: tuple[Project, ...] = ()
    unchanged: tuple[Project, ...] = ()
    refused: tuple[tuple[AwardFacts, tuple[Finding, ...]], ...] = ()


@journal.operation("登记立项")
def register_project(
    facts: AwardFacts,
    *,
    edition_code: str,
    actor: User,
    on: date,
    document: str = "",
    awarded_on: date | None = None,
    around: Surroundings | None = None,
) -> tuple[Project, bool]:
    """A draft project with its unit and occupations; True where it is new, False where it stood and stays as it is.

    Document and date are a proposal for the award decision, which is made elsewhere. `around`: read once by a loop.
    """
    access.require(actor, Action.IMPORT_AWARDS)
    rules = edition(edition_code)
    around = around or alone(rules, actor)
    planned = importing.plan(facts, rules, around)
    if planned.standing:
        return planned.standing, False
    refuse_if_blocking([*planned.findings, *check_award(awarded_on, on=on)])
    project = _create(facts, rules, planned, document.strip(), awarded_on)
    around.remember(project)
    journal.record(
        project_id=project.pk,
        subject=project.label,
        text=f"登记草稿：{project.name}",
        **_said(project, planned.judged),
        warned=[finding.message for finding in planned.findings],
    )
    return project, True


def alone(rules: Edition, actor: User) -> Surroundings:
    """The surroundings, with the province locked: one registration at a time."""
    _lock_province(rules, actor)
    return surroundings_of(rules, actor)


def _lock_province(rules: Edition, actor: User) -> None:
    Node.objects.select_for_update(no_key=True).get(pk=province_of(rules, actor).pk)


def check_award(awarded_on: date | None, *, on: date) -> list[Finding]:
    late = awarded_on is not None and awarded_on > on
    return [blocking("awarded_on", f"备案日期 {awarded_on} 晚于今天 {on}。", field="awarded_on")] if late else []


def _create(facts: AwardFacts, rules: Edition, planned: Plan, document: str, awarded_on: date | None) -> Project:
    judged = planned.judged
    project = Project.objects.create(
        name=importing.project_name(facts),
        organisation=_organisation(facts, planned),
        kind=facts.kind,
        track=facts.track,
        sector=judged.classification.sector or "",
        sector_reason=judged.classification.reason[:300],
        edition_code=rules.code,
        identity_key=facts.identity(rules.code),
        grant=judged.grant,
        leader_name=facts.leader_name,
        leader_birth=facts.leader_birth,
        recommender=facts.recommender,
        contact=facts.contact,
        phone=facts.phone,
        declared=dict(facts.declared),
        award_document=document,
        awarded_on=awarded_on,
    )
    _write_occupations(project, judged)
    return project


def _organisation(facts: AwardFacts, planned: Plan) -> Organisation:
    """The unit found, its credit code and type added where it had none; or a new one."""
    code = tidy_credit_code(facts.credit_code)
    found = planned.organisation
    if found is None:
        made = Organisation.objects.create(
            node=planned.node, name=facts.unit_name, line=Line.UNIT, unit_type=facts.unit_type, credit_code=code,
            contact=facts.contact, phone=facts.phone,
        )  # fmt: skip
        journal.record(subject=made.name[:80], text=f"新增项目单位{made}，挂在{made.node}之下", credit_code=code)
        return made
    if code and not found.credit_code:
        found.credit_code = code
        found.save(update_fields=["credit_code"])
        journal.record(subject=found.name[:80], text=f"补登{found}的统一社会信用代码", credit_code=code)
    if not found.unit_type:
        found.unit_type = facts.unit_type
        found.save(update_fields=["unit_type"])
        journal.record(subject=found.name[:80], text=f"补登{found}的单位性质", unit_type=found.unit_type)
    return found


def _write_occupations(project: Project, judged: Judged) -> None:
    Occupation.objects.bulk_create(
        Occupation(
            project=project,
            order=order,
            written=written,
            code=match.code if match else "",
            name=match.name if match else "",
            level=match.level if match else "",
            major=match.major if match else None,
        )
        for order, (written, match) in enumerate(judged.occupations, 1)
    )


def _said(project: Project, judged: Judged) -> dict[str, Any]:
    return {
        "unit": project.organisation.name,
        "kind": project.kind,
        "track": project.track,
        "sector": project.sector,
        "grant": project.grant,
        "occupations": [written for written, _ in judged.occupations],
        "document": project.award_document,
        "awarded_on": project.awarded_on,
    }


@journal.operation("导入立项名单")
def register_awards(
    rows: Iterable[AwardRow | AwardFacts],
    *,
    edition_code: str,
    actor: User,
    on: date,
    document: str = "",
    awarded_on: date | None = None,
) -> Registered:
    """Each row by `register_project`; one that is refused leaves the others alone. A second run changes nothing."""
    access.require(actor, Action.IMPORT_AWARDS)
    refuse_if_blocking(check_award(awarded_on, on=on))
    created: list[Project] = []
    unchanged: list[Project] = []
    refused: list[tuple[AwardFacts, tuple[Finding, ...]]] = []
    around = alone(edition(edition_code), actor)
    for row in rows:
        facts = row if isinstance(row, AwardFacts) else importing.facts_of(row)
        if isinstance(row, AwardRow) and row.blocked:
            refused.append((facts, (blocking("row", BLOCKED),)))
            continue
        try:
            with journal.savepoint():
                project, is_new = register_project(
                    facts,
                    edition_code=edition_code,
                    actor=actor,
                    on=on,
                    document=document,
                    awarded_on=awarded_on,
                    around=around,
                )
        except Refused as error:
            refused.append((facts, error.findings))
        else:
            (created if is_new else unchanged).append(project)
    return Registered(tuple(created), tuple(unchanged), tuple(refused))


@journal.operation("上传立项名单")
def upload_awards(
    *,
    name: str,
    content: bytes,
    edition_code: str,
    actor: User,
    on: date,
    document: str = "",
    awarded_on: date | None = None,
) -> ImportBatch:
    """Keep an upload that can be read, for the preview; no project is written."""
    access.require(actor, Action.IMPORT_AWARDS)
    refuse_if_blocking([*check_award(awarded_on, on=on), *scanner.check(name, content)])
    try:
        found = importing.read_list(content, edition(edition_code))
    except Unreadable as error:
        refuse(error.finding.code, error.finding.message, field="file")
    batch = ImportBatch.objects.create(
        name=name[-160:],
        sha256=hashlib.sha256(content).hexdigest(),
        edition_code=edition_code,
        content=content,
        uploaded_by=actor,
        document=document.strip(),
        awarded_on=awarded_on,
    )
    journal.record(
        subject=batch.name[:80],
        text=f"上传名单，读到 {len(found.rows)} 行，尚未登记",
        batch=batch.pk,
        sha256=batch.sha256,
    )
    return batch


@journal.operation("确认导入名单")
def confirm_import(batch_id: int, *, actor: User, on: date) -> Registered:
    """Register what a kept upload holds. A second confirmation changes nothing."""
    access.require(actor, Action.IMPORT_AWARDS)
    batch = batches_of(actor).select_for_update(no_key=True).get(pk=batch_id)
    if batch.committed_at is not None:
        return Registered()
    batch.committed_at = timezone.now()
    batch.save(update_fields=["committed_at"])
    found = importing.read_list(bytes(batch.content), edition(batch.edition_code))
    done = register_awards(
        found.rows,
        edition_code=batch.edition_code,
        actor=actor,
        on=on,
        document=batch.document,
        awarded_on=batch.awarded_on,
    )
    journal.record(
        subject=batch.name[:80],
        text=f"新登记 {len(done.created)} 个，原已登记 {len(done.unchanged)} 个，未登记 {len(done.refused)} 个",
        batch=batch.pk,
        sha256=batch.sha256,
    )
    return done


@journal.operation("更正草稿")
def edit_draft(
    project_id: int,
    *,
    changes: dict[str, Any],
    document: str = "",
    awarded_on: date | None = None,
    actor: User,
    on: date,
) -> Project:
    """Correct what is said of a draft before its award. `changes`: fields of AwardFacts, the unit aside."""
    _lock_province(Project.objects.get(pk=project_id).edition, actor)  # before the project, as registering does
    project = access.enter(project_id, actor=actor, action=Action.IMPORT_AWARDS)
    _check_open(project)
    before = importing.facts_of_project(project)
    facts = replace(before, **changes)
    rules = project.edition
    refuse_if_blocking([*importing.check_facts(facts), *check_award(awarded_on, on=on)])
    identity = facts.identity(rules.code)
    if Project.objects.filter(identity_key=identity).exclude(pk=project.pk).exists():
        refuse("identity", "已有相同单位、带头人的项目登记在册，请核对。", field="leader_name")
    studios = Project.objects.filter(kind=Kind.STUDIO, organisation=project.organisation_id).exclude(pk=project.pk)
    refuse_if_blocking(importing.check_leader(facts, studios, rules))
    judged = _keep_decided(project, importing.judge(facts, rules), Track(facts.track))
    old = _said(project, importing.judge(before, rules))
    _apply(project, facts, judged, identity, document.strip(), awarded_on)
    new = _said(project, judged)
    changed = {key: [old[key], new[key]] for key in new if old[key] != new[key]}
    journal.record(project_id=project.pk, subject=project.label, text=f"更正草稿：{project.name}", **_plain(changed))
    return project


def _keep_decided(project: Project, judged: Judged, track: Track) -> Judged:
    """What both departments decided of the category stands (通知 五): one of them does not undo it by a correction."""
    decided = decisions.standing(project, decisions.CATEGORY)
    if decided is None:
        return judged
    sector, by_rule = Sector(project.sector), judged.classification.sector
    if by_rule not in (None, sector):
        refuse(
            "category_decided",
            f"两厅已以《{decided.decision.number}》联合认定本项目为{sector.label}类；按更正后的职业（工种）应为"
            f"{by_rule.label}类，不能由一个部门改动。请先由两厅重新拟制、签署“人工认定职业类别”的决定，再更正职业（工种）。",
            importing.CATEGORY_CLAUSE,
            field="occupations",
        )
    kept = Classification(Status.AUTO, sector, project.sector_reason)
    return replace(judged, classification=kept, grant=project.edition.grant(Kind(project.kind), sector, track))


def _plain(changed: dict[str, list[Any]]) -> dict[str, Any]:
    """Old and new beside each other, as the journal keeps them."""
    return {key: [str(one) if isinstance(one, Decimal) else one for one in pair] for key, pair in changed.items()}


def _check_open(project: Project) -> None:
    if project.stage != Stage.DRAFT:
        refuse("stage", f"项目{project.get_stage_display()}，立项情况已固定，不能再更正。")
    listed = DecisionItem.objects.filter(
        project=project, state=DecisionItem.State.OPEN, decision__state=Decision.State.SIGNING
    ).select_related("decision")
    if item := listed.first():
        refuse("signing", f"本项目已列入待签的《{item.decision}》，请先撤回或退回该决定。")


def _apply(
    project: Project, facts: AwardFacts, judged: Judged, identity: str, document: str, awarded_on: date | None
) -> None:
    written: dict[str, Any] = {
        "name": importing.project_name(facts),
        "track": facts.track,
        "sector": judged.classification.sector or "",
        "sector_reason": judged.classification.reason[:300],
        "identity_key": identity,
        "grant": judged.grant,
        "leader_name": facts.leader_name,
        "leader_birth": facts.leader_birth,
        "recommender": facts.recommender,
        "contact": facts.contact,
        "phone": facts.phone,
        "declared": dict(facts.declared),
        "award_document": document,
        "awarded_on": awarded_on,
    }
    for name, value in written.items():
        setattr(project, name, value)
    project.save(update_fields=list(written))
    project.occupations.all().delete()
    _write_occupations(project, judged)


@journal.operation("下载材料")
def download_file(project_id: int, *, attachment_id: int, actor: User, on: date) -> tuple[Attachment, bytes]:
    """The bytes of one file of a project, if they are still those that were uploaded; leaves its line."""
    project = access.enter(project_id, actor=actor, action=Action.VIEW_FILE)
    attachment = files_for(actor, project).get(pk=attachment_id)
    content = files.whole(attachment)
    journal.record(
        project_id=project.pk,
        subject=project.label,
        text=f"下载「{attachment.name}」",
        attachment=attachment.pk,
        sha256=attachment.sha256,
    )
    return attachment, content
