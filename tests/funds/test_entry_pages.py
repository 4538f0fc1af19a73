"""登记支出, 编入批次 and the pages where a payment is judged: nothing preselected, nothing lost, the paper beside the facts."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from funds import queries
from funds.models import Batch, Voucher
from tests.funds.batch_scene import signed
from tests.funds.scene import record, submit
from tests.funds.test_contracts import contract_of
from tests.seen import posted


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def at(name, world, *more):
    return reverse(f"funds:{name}", args=[world.project.pk, *more])


def page_of(person, url):
    return client_of(person).get(url).content.decode()


def test_category_and_source_are_chosen_by_a_person(ready):
    client = client_of(ready.clerk)
    form = client.get(at("voucher_new", ready)).context["form"]
    data = {"number": "PZ-1", "paid_on": "2026-01-10", "amount": "10.00", "payee": "甲", "abstract": "乙"}

    answer = client.post(at("voucher_new", ready), data | {"category": "", "source": ""})

    first = [form.fields[name].choices[0] for name in ("category", "source")]
    assert first == [("", "请选择"), ("", "请选择")]
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"category", "source"})
    assert not Voucher.objects.exists()


def test_a_contract_and_a_draft_say_what_they_know(ready):
    contract, draft = contract_of(ready), record(ready)

    new = page_of(ready.clerk, f"{at('voucher_new', ready)}?contract={contract.pk}")
    edit = page_of(ready.clerk, at("voucher_edit", ready, draft.pk))

    chosen = '<option value="equipment" selected>'
    assert chosen in new
    assert '<option value="central" selected>' not in new
    assert chosen in edit
    assert '<option value="central" selected>' in edit


def test_a_title_too_long_keeps_itself_and_the_ticks(ready):
    first, second = record(ready, number="PZ-1"), record(ready, number="PZ-2")
    client, title = client_of(ready.clerk), "长" * 81

    answer = client.post(at("batch_gather", ready), {"vouchers": [second.pk], "title": title})
    page = answer.content.decode()

    assert (answer.status_code, Batch.objects.count()) == (422, 0)
    assert title in page
    assert f'id="row-{second.pk}" checked' in page
    assert f'id="row-{first.pk}" checked' not in page
    assert client.post(at("batch_gather", ready), {"vouchers": [second.pk], "title": "短"}).status_code == 302
    assert Batch.objects.get().vouchers.get() == second


def test_nothing_ticked_is_told_on_the_page(ready):
    record(ready, number="PZ-1")

    answer = client_of(ready.clerk).post(at("batch_gather", ready), {"title": "三月"})

    assert answer.status_code == 422
    assert "请至少选择一笔" in answer.content.decode()
    assert 'value="三月"' in answer.content.decode()


@pytest.mark.parametrize("name", ["batch", "voucher"])
def test_the_paper_stands_beside_the_facts_and_the_form(ready, name):
    if name == "batch":
        batch = signed(ready, "600000.00")
        row, url = batch.vouchers.get(), at("batch_review", ready, batch.pk)
    else:
        row = submit(ready, "600000.00")
        url = at("voucher", ready, row.pk)
    file = queries.files_of(row).get()
    posted(client_of(ready.city_finance), at("voucher_judge", ready, row.pk), {"verdict": "recognised", "opinion": ""})
    row.refresh_from_db()

    page = page_of(ready.finance, url)

    inline = reverse("projects:file_inline", args=[ready.project.pk, file.pk])
    assert row.first_judged_by == ready.city_finance
    assert f'src="{inline}"' in page
    order = [page.index(text) for text in (row.payee, row.abstract, 'id="judge-title"', 'id="papers-title"')]
    assert order == sorted(order)
    assert "记录审核结论" in page  # the second signature


def test_the_head_of_the_review_names_payee_and_amount(ready):
    batch = signed(ready, "10.00")
    row = batch.vouchers.get()

    page = page_of(ready.city_finance, at("batch_review", ready, batch.pk))

    assert f'<h2 id="look-title">{row.payee}　10.00 元</h2>' in page
    assert page.index("look-title") < page.index('class="card d-lg-none"') < page.index("judge-title")


def test_the_project_has_more_room_than_the_number_in_the_list_of_all(ready):
    submit(ready)
    page = page_of(ready.city_finance, reverse("funds:all_payments"))
    css = Path(finders.find("ui/theme.css")).read_text("utf-8")

    widths = dict(re.findall(r"\.payments (tbody th|\.of-project) { min-width: ([\d.]+)em", css))
    assert 'class="table table-hover table-cards payments"' in page
    assert 'class="of-project"' in page
    assert float(widths["tbody th"]) * 2 < float(widths[".of-project"])
