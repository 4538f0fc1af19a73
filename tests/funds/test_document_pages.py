"""Pages of the 资金文件: what is typed is kept, nobody vanishes in silence, the unit sees what is signed."""

from django.urls import reverse

from funds import operations
from funds.models import FundDocument, HeldOut
from policy.terms import Stage
from projects.models import Project
from tests.funds.scene import ON, document_of, make_ready, upload


def typed(world, **changes):
    return {
        "kind": "issue", "number": "示例5号", "title": "下达", "dated_on": "2025-09-01", "fiscal_year": "2025",
        "source": "central", "tranche": "1", "total": "7000000", "upload": upload("文件.png"),
        f"amount-{world.project.pk}": "7000000",
    } | changes  # fmt: skip


def test_a_project_that_left_the_stage_meanwhile_is_named(world, client):
    client.force_login(world.finance)
    assert world.project.name in client.get(reverse("funds:document_new")).content.decode()
    Project.objects.filter(pk=world.project.pk).update(stage=Stage.IN_ACCEPTANCE)

    answer = client.post(reverse("funds:document_new"), typed(world))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"「{world.project.name}」处于验收中阶段，不再下达资金" in page
    assert 'value="7000000"' in page
    assert not FundDocument.objects.exists()


def test_the_form_lists_who_is_held_out_and_keeps_the_ticks(world, client):
    Project.objects.filter(pk=world.sibling.pk).update(stage=Stage.AWARDED)
    client.force_login(world.finance)
    first = client.get(reverse("funds:document_new")).content.decode()

    client.post(reverse("funds:document_new"), typed(world, held_out=[str(world.sibling.pk)]))

    assert f'value="{world.sibling.pk}" id="out-{world.sibling.pk}" checked' in first
    assert HeldOut.objects.get().project == world.sibling
    shown = client.get(reverse("funds:document", args=[FundDocument.objects.get().pk])).content.decode()
    assert "绩效目标尚未提交" in shown


def test_the_unit_does_not_find_an_unsigned_document(world, client):
    document = document_of(world)
    client.force_login(world.clerk)
    url = reverse("funds:document", args=[document.pk])
    before = client.get(url).status_code

    operations.approve_fund_document(document.pk, actor=world.finance_head, on=ON)

    assert (before, client.get(url).status_code) == (404, 200)


def test_the_way_of_a_unit_is_set_on_its_page(world, client):
    client.force_login(world.finance)
    page = client.get(reverse("funds:arrivals")).content.decode()

    answer = client.post(reverse("funds:arrival_set", args=[world.unit.pk]), {"mode": "cash"})

    assert world.unit.name in page
    assert answer.status_code == 302
    assert world.unit.arrival.mode == "cash"
    assert client.get(reverse("funds:arrival_set", args=[999_999])).status_code == 404


def test_a_sweep_is_prefilled_by_the_carry_over_page(world, client):
    make_ready(world)
    client.force_login(world.finance)
    asked = f"?kind=sweep&source=central&origin_year=2025&project={world.project.pk}&amount=7000000.00"

    page = client.get(reverse("funds:document_new") + asked).content.decode()

    assert 'value="sweep" selected' in page
    assert page.count('value="7000000.00"') == 2
