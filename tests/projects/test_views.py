"""The pages of the award import, of drafts and of files, as a person in the browser meets them."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Entry
from policy.terms import Stage
from projects import files, operations
from projects.models import Attachment, ImportBatch, Project
from tests import factories as make
from tests.projects.scene import BASES, EDITION, ON, STUDIOS, facts

PDF = "scan.pdf"


def pdf():
    import pikepdf

    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


def send(client, file=BASES, content=None, **more):
    upload = SimpleUploadedFile(file.name, content if content is not None else file.read_bytes())
    return client.post("/projects/import/", {"file": upload, "edition": EDITION, **more})


def test_upload_preview_and_confirm(world, client):
    client.force_login(world.ph)

    uploaded = send(client, document="备案〔2026〕1号", awarded_on="2026-01-05")
    batch = ImportBatch.objects.get()
    preview = client.get(uploaded.url)
    before = Project.objects.count()
    confirmed = client.post(uploaded.url)
    done = client.get(confirmed.url)

    assert uploaded.url == reverse("projects:import_preview", args=[batch.pk])
    text = preview.content.decode()
    assert all(words in text for words in ("700.00", "待定", "育婴员", "F6", "将新登记", "新建单位，在省教育厅"))
    assert before == 0
    assert confirmed.url == reverse("projects:import_done", args=[batch.pk])
    assert Project.objects.filter(stage=Stage.DRAFT, award_document="备案〔2026〕1号").count() == 6
    assert done.content.decode().count("新登记</span>") == 6


def test_confirming_twice_changes_nothing(world, client):
    client.force_login(world.ph)
    url = send(client).url
    client.post(url)
    count = Project.objects.count(), Entry.objects.count()

    again = client.post(url)

    assert (again.status_code, Project.objects.count(), Entry.objects.count()) == (302, *count)
    assert "这份名单已经确认" in client.get(url).content.decode()


def test_looking_at_a_preview_writes_nothing(world, client):
    client.force_login(world.ph)
    url = send(client, STUDIOS).url
    before = Project.objects.count(), Entry.objects.count()

    client.get(url)

    assert (Project.objects.count(), Entry.objects.count()) == before


def test_the_same_list_again_is_shown_as_standing(world, client):
    client.force_login(world.ph)
    client.post(send(client).url)

    preview = client.get(send(client).url)
    result = client.get(client.post(preview.request["PATH_INFO"]).url)

    assert preview.context["counts"] == {"new": 0, "standing": 6, "refused": 0}
    assert "没有可新登记的项目" in preview.content.decode()
    assert result.content.decode().count("原已登记</span>") == 6


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04 broken", b"%PDF-1.7"], ids=["empty", "text", "zip", "pdf"]
)
def test_a_broken_file_gets_a_message(world, client, content):
    client.force_login(world.ph)

    response = send(client, content=content)

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not ImportBatch.objects.exists()


def test_a_workbook_without_a_list_shows_why(world, client):
    from tests.workbooks.books import book

    client.force_login(world.ph)

    response = client.get(send(client, content=book((1, 2), headers=("甲", "乙"))).url)

    assert "没有读到立项名单" in response.content.decode()
    assert response.context["counts"] == {"new": 0, "standing": 0, "refused": 0}


def test_a_result_is_shown_after_confirmation_only(world, client):
    client.force_login(world.ph)
    send(client)

    assert client.get(reverse("projects:import_done", args=[ImportBatch.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("who", ["u1", "u2", "ch", "cf", "phl", "pf", "pfl", "au", "sa"])
def test_the_import_opens_for_the_office_in_charge_only(world, client, who):
    client.force_login(world.ph)
    batch = reverse("projects:import_preview", args=[send(client) and ImportBatch.objects.get().pk])
    client.force_login(getattr(world, who))

    answers = [client.get(url).status_code for url in ("/projects/import/", "/projects/register/", batch)]

    assert answers == [403, 403, 403]
    assert client.post(batch).status_code == 403


def test_an_upload_of_a_colleague_is_not_found(world, client):
    client.force_login(world.ph)
    url = send(client).url
    client.force_login(make.user("PH", world.province_hr))

    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


FORM = {
    "edition": EDITION, "kind": "base", "track": "existing", "unit_name": "示例新学校", "unit_type": "technical",
    "credit_code": "12220000MB0A00001G", "occupations": "车工、铣工、焊工、电工 S、模具工", "teachers": "236",
    "recommender": "示例省教育厅",
}  # fmt: skip


def test_a_project_is_registered_by_hand_with_the_same_rule(world, client):
    client.force_login(world.ph)

    response = client.post("/projects/register/", FORM)

    project = Project.objects.get()
    assert response.url == reverse("projects:edit_draft", args=[project.pk])
    assert (int(project.grant), project.organisation.node) == (6_000_000, world.education)
    assert project.declared == {"teachers": "236"}


def test_a_wrong_registration_keeps_what_was_typed(world, client):
    client.force_login(world.ph)

    response = client.post("/projects/register/", FORM | {"credit_code": "12220000MB0A00001H"})

    assert response.status_code == 422
    assert "校验位不符" in response.content.decode()
    assert "示例新学校" in response.content.decode()


@pytest.mark.parametrize("month", ["1974.3", "1974-13", "七四年"])
def test_a_month_is_written_one_way(world, client, month):
    client.force_login(world.ph)

    response = client.post("/projects/register/", FORM | {"kind": "studio", "leader_birth": month})

    assert response.context["form"].errors["leader_birth"]


@pytest.fixture
def draft(world):
    said = facts(declared={"teachers": "236", "skill_level": "不在表上"})
    return operations.register_project(said, edition_code=EDITION, actor=world.ph, on=ON)[0]


def test_a_draft_is_corrected_and_what_the_form_lacks_is_kept(world, client, draft):
    client.force_login(world.ph)
    url = reverse("projects:edit_draft", args=[draft.pk])
    shown = client.get(url).context["form"].initial
    typed = {name: value for name, value in shown.items() if value not in (None, "")}

    response = client.post(url, typed | {"occupations": "养老护理员、保育师", "teachers": "240"})

    draft.refresh_from_db()
    assert response.status_code == 302
    assert (draft.sector, int(draft.grant)) == ("services", 4_000_000)
    assert draft.declared == {"teachers": "240", "skill_level": "不在表上"}


def test_a_draft_of_another_province_is_not_found(world, client, draft):
    url = reverse("projects:edit_draft", args=[draft.pk])

    client.force_login(world.people["STRANGER"])
    assert client.get(url).status_code == 404
    client.force_login(world.u2)
    assert client.get(url).status_code == 404
    client.force_login(world.phl)
    assert client.get(url).status_code == 403


def kept(world, project, name=PDF, about="voucher", about_id=0):
    upload = SimpleUploadedFile(name, pdf())
    made = files.accept(project, upload, about=about, about_id=about_id, purpose="发票", actor=world.u1, on=ON)
    files.hand_in(project, about=about, about_id=about_id)
    return made


@pytest.fixture
def project(world):
    return make.project(world.unit)


def test_files_are_grouped_by_matter(world, client, project):
    kept(world, project, "发票一.pdf")
    kept(world, project, "决定.pdf", about="decision", about_id=7)
    files.publish(project, about="decision", about_id=7)
    kept(world, project, "发票二.pdf")
    client.force_login(world.u2)

    page = client.get(reverse("projects:files", args=[project.pk]))

    groups = {name: [row.file.name for row in found] for name, found in page.context["groups"]}
    assert groups == {"资金支出": ["发票一.pdf", "发票二.pdf"], "联合决定": ["决定.pdf"]}
    assert Attachment.objects.first().sha256[:12] in page.content.decode()


def test_the_files_cost_the_same_for_one_and_for_three(world, client, project):
    url = reverse("projects:files", args=[project.pk])
    client.force_login(world.u2)
    kept(world, project)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    kept(world, project)
    kept(world, project)

    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(one) == len(three)


def test_a_download_is_sandboxed_named_and_noted(world, client, project):
    attachment = kept(world, project, "发票 一.pdf")
    client.force_login(world.cf)

    response = client.get(reverse("projects:file", args=[project.pk, attachment.pk]))

    assert response.content == attachment.file.read_bytes()
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8%20%E4%B8%80.pdf"
    assert response["Content-Security-Policy"] == "sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    row = Entry.objects.get(verb="下载材料")
    assert (row.project_id, row.actor, row.text) == (project.pk, world.cf, "下载「发票 一.pdf」")


@pytest.mark.parametrize("who", ["sibling", "stranger", "sa"])
def test_a_file_out_of_reach_is_not_found(world, client, project, who):
    attachment = kept(world, project)
    client.force_login(world.people[who.upper()])

    for url in (
        reverse("projects:files", args=[project.pk]),
        reverse("projects:file", args=[project.pk, attachment.pk]),
    ):
        assert client.get(url).status_code == 404
    assert not Entry.objects.filter(verb="下载材料").exists()


def test_a_file_is_reached_through_its_own_project_only(world, client, project):
    other = make.project(world.sibling)
    attachment = kept(world, other)
    client.force_login(world.u1)

    assert client.get(reverse("projects:file", args=[project.pk, attachment.pk])).status_code == 404


@pytest.mark.parametrize(("harm", "words"), [("change", "与上传时不一致"), ("remove", "找不到")])
def test_a_file_that_was_touched_is_not_served(world, client, project, harm, words):
    attachment = kept(world, project)
    attachment.file.write_bytes(b"%PDF-other") if harm == "change" else attachment.file.unlink()
    client.force_login(world.u1)

    response = client.get(reverse("projects:file", args=[project.pk, attachment.pk]))

    assert response.status_code == 409
    assert words in response.content.decode()
    assert [row.result for row in Entry.objects.filter(verb="下载材料")] == ["refused"]
