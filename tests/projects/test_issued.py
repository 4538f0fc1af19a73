"""A unit has the papers of what is in force, not of what the departments still weigh."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Entry
from policy.terms import Line
from projects import decisions, files
from projects.models import Signature
from projects.queries import files_for
from tests import factories as make
from tests.projects.scene import ON
from tests.projects.test_files import pdf

OFFICES = ("ch", "cf", "ph", "phl", "pf", "pfl", "au")


@pytest.fixture
def project(world):
    return make.project(world.unit)


def keep(world, project, about, about_id=1):
    upload = SimpleUploadedFile(f"{about}.pdf", pdf())
    return files.accept(project, upload, about=about, about_id=about_id, purpose="文件", actor=world.ph, on=ON)


def decision_over(world, *projects):
    return decisions.propose(
        kind="T26", title="取消称号", number="示例1号", dated_on=ON, reason="理由", basis="通知",
        items={project: {} for project in projects}, actor=world.ph, on=ON,
    )  # fmt: skip


def has(client, user, project, attachment):
    """In the list, and given out."""
    client.force_login(user)
    page = client.get(reverse("projects:files", args=[project.pk])).content.decode()
    given = client.get(reverse("projects:file", args=[project.pk, attachment.pk])).status_code == 200
    assert (attachment.name in page) is given
    return given


@pytest.mark.parametrize("about", ["decision", "fund_document"])
def test_a_unit_gets_the_paper_once_it_is_published(world, client, project, about):
    paper = keep(world, project, about)
    assert [has(client, getattr(world, who), project, paper) for who in ("u1", "u2")] == [False, False]
    assert all(has(client, getattr(world, who), project, paper) for who in OFFICES)
    assert not Entry.objects.filter(verb="下载材料", actor__in=[world.u1, world.u2]).exists()

    files.publish(project, about=about, about_id=2)
    assert not has(client, world.u2, project, paper)
    files.publish(project, about=about, about_id=1)

    assert [has(client, getattr(world, who), project, paper) for who in ("u1", "u2")] == [True, True]


@pytest.mark.parametrize("about", ["voucher", "acceptance_pack", "problem", "revocation"])
def test_what_waits_for_nobody_is_the_units_at_once(world, client, project, about):
    assert has(client, world.u2, project, keep(world, project, about))


def test_a_decision_in_force_gives_its_papers_to_its_own_projects_only(world, project):
    other = make.project(world.unit)
    decision = decision_over(world, project, other)
    own, left = keep(world, project, "decision", decision.pk), keep(world, other, "decision", decision.pk)

    decisions.carry_out(decision.items.get(project=project))
    decisions.publish(decision, project)

    assert list(files_for(world.u2, project, other)) == [own]
    assert list(files_for(world.ph, project, other)) == [own, left]


def test_a_signature_is_neither_changed_nor_taken_back(world, project):
    decision = decision_over(world, project)
    given = Signature.objects.create(decision=decision, line=Line.HR, signer=world.phl, on=ON, agreed=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.filter(pk=given.pk).update(agreed=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        given.delete()

    given.refresh_from_db()
    assert given.agreed
