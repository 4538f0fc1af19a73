from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from policy.findings import blocking
from policy.terms import Rank, Stage, VoucherState
from ui import tones
from ui.forms import RefusedError
from ui.parts import Check, Progress, Step
from ui.templatetags import ui

ON = date(2026, 7, 28)


def shown(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


class VoucherForm(forms.Form):
    amount = forms.DecimalField(label="金额", help_text="含税")
    scan = forms.FileField(label="凭证", required=False)
    source = forms.ChoiceField(label="来源", choices=[("a", "甲")], widget=forms.RadioSelect)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(Decimal("1234567.005"), "123.46"), (Decimal(0), "0.00"), (None, "—")],
    ids=["rounded half up", "zero is a figure", "missing is not zero"],
)
def test_wan(amount, expected):
    assert ui.wan(amount) == expected


def test_yuan_keeps_cents_and_groups():
    assert ui.yuan(Decimal("1234567.5")) == "1,234,567.50 元"
    assert ui.yuan(None) == "—"


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(Decimal("0.724"), "72.40%"), (Decimal(0), "0.00%"), (None, "—"), (Decimal("1.2"), "120.00%")],
)
def test_percent(ratio, expected):
    assert ui.percent(ratio) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [(date(2026, 7, 29), "剩余 1 天"), (ON, "今天到期"), (date(2026, 7, 27), "逾期 1 天"), (None, "")],
)
def test_days_left(due, expected):
    assert ui.days_left(due, ON) == expected


def test_day_and_moment_are_local():
    late_in_utc = datetime(2026, 7, 27, 23, 30, tzinfo=UTC)

    assert (ui.day(late_in_utc), ui.moment(late_in_utc)) == ("2026-07-28", "2026-07-28 07:30")
    assert ui.day(None) == "—"


@pytest.mark.parametrize(("number", "expected"), [("13843211234", "138****1234"), ("110", "****"), ("", "—")])
def test_masked_phone(number, expected):
    assert ui.masked_phone(number) == expected


def test_every_stage_has_a_tone():
    assert set(tones.STAGE) == set(Stage)


def test_badges_say_the_state_in_words():
    assert "限期整改" in shown("{% stage_badge 'rectifying' %}")
    assert 'tone-red">退回补正' in shown("{% state_badge state %}", state=VoucherState.RETURNED)
    assert 'tone-gray">未知' in shown("{% state_badge 'never_seen' '未知' %}")


def test_due_is_red_only_when_overdue_and_open():
    assert "tone-red" in shown("{% due day on %}", day=date(2026, 7, 27), on=ON)
    assert "tone-gray" in shown("{% due day on closed=True %}", day=date(2026, 7, 27), on=ON)


def test_bar_shows_numerator_denominator_and_share():
    html = shown("{% bar '设备' 2965000 3200000 unit='万元' pending=100000 %}")

    assert "296.50 / 320.00 万元 · 92.66%" in html
    assert 'class="bar-fill" width="92.66%"' in html
    assert 'class="bar-pending" width="95.78%"' in html


def test_bar_stops_at_its_end_and_says_so():
    html = shown("{% bar '设备' 120 100 %}")

    assert 'width="100.00%"' in html
    assert "120.00%（超出）" in html


def test_three_bars_keep_zero_apart_from_undefined():
    html = shown(
        "{% three_bars time funds None %}", time=Progress(0, 24, "月"), funds=Progress(Decimal(0), Decimal(0), "万元")
    )

    assert "0 / 24 月 · 0.00%" in html
    assert html.count("不适用") == 2


def test_stage_rail_tells_the_state_without_colour():
    html = shown("{% stage_rail steps %}", steps=[Step("备案", ON, "done"), Step("建设", state="now"), Step("验收")])

    assert [word for word in ("已完成", "进行中", "未开始") if word in html] == ["已完成", "进行中", "未开始"]
    assert html.count('aria-current="step"') == 1


def test_checklist_counts_what_is_missing_and_links_to_it():
    html = shown(
        "{% checklist items %}", items=[Check(True, "已备案", "/a/"), Check(False, "支出率不足", "/b/", "第七条")]
    )

    assert "还差 1 项" in html
    assert 'href="/b/"' in html
    assert 'href="/a/"' not in html
    assert "依据：第七条" in html


def test_field_ties_label_hint_and_error_to_the_control():
    html = shown("{% field form.amount unit='元' sum_group='w' %}", form=VoucherForm({"amount": "x"}))

    assert '<label class="form-label" for="id_amount">' in html
    assert 'aria-describedby="id_amount_hint id_amount_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_amount_hint"' in html
    assert 'id="id_amount_error"' in html
    assert 'data-sum-group="w"' in html


def test_choices_are_a_fieldset_with_a_legend():
    html = shown("{% field form.source %}", form=VoucherForm({}))

    assert "<legend" in html
    assert '<fieldset aria-describedby="id_source_error">' in html
    assert html.count('id="id_source"') == 1


def test_file_field_says_that_the_file_must_be_chosen_again():
    assert "请重新选择文件" in shown("{% field form.scan %}", form=VoucherForm({}))
    assert "请重新选择文件" not in shown("{% field form.scan %}", form=VoucherForm())


def test_form_errors_link_to_fields_and_cite_the_clause():
    form = VoucherForm({"amount": "1", "source": "a"})
    form.full_clean()
    form.add_error("amount", RefusedError(blocking("over", "仅余 5%", "第五条", rank=Rank.NOTICE)))
    form.add_error(None, RefusedError(blocking("hold", "暂缓拨付")))

    html = shown("{% form_errors form %}", form=form)

    assert "有 2 处需要处理" in html
    assert '<a href="#id_amount">金额</a>：仅余 5%' in html
    assert "依据：第五条（通知）" in html
    assert 'role="alert"' in html


def test_form_errors_are_silent_on_a_good_form():
    assert shown("{% form_errors form %}", form=VoucherForm()).strip() == ""


def test_pager_keeps_the_filters():
    request = RequestFactory().get("/list/", {"q": "a&b", "page": "2"})

    html = shown("{% pager page %}", page=Paginator(range(1248), 20).page(2), request=request)

    assert "共 1,248 条" in html
    assert 'href="?q=a%26b&amp;page=3"' in html
    assert 'href="?q=a%26b&amp;page=1&amp;size=50"' in html
    assert html.count('aria-current="page"') == 1


def test_closed_button_says_why_and_leads_nowhere():
    html = shown("{% link_button '申请验收' '/apply/' why='还差 2 项' %}")

    assert "disabled" in html
    assert "还差 2 项" in html
    assert "/apply/" not in html


def test_components_escape_what_people_typed():
    person = SimpleNamespace(what="<script>x</script>", who="<b>", since=None, until=None, note="", url="")

    html = shown("{% next_step card on %}{% badge text %}", card=person, on=ON, text="<img>")

    assert "<script>" not in html
    assert "<img>" not in html


def test_a_badge_rendered_once_keeps_safe_text_and_plain_text_apart():
    badge, text = "{% badge text 'red' %}", "<b>甲</b>"
    safe, plain = shown(badge, text=mark_safe(text)), shown(badge, text=text)  # noqa: S308

    assert ("<b>甲</b>" in safe, "&lt;b&gt;甲&lt;/b&gt;" in plain) == (True, True)
