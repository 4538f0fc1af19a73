"""The components of every page: filters for figures and dates, one tag per component.

Arguments are plain values or small objects with the names of `ui.parts`. No tag asks the database or the clock.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from policy import money
from policy.terms import Rank, Severity, Stage
from ui import once, tones
from ui.parts import PAGE_SIZES

register = template.Library()

DASH, SOON = "—", 30  # SOON: days left from which a date is shown in orange
STEP_WORDS = {"done": "已完成", "now": "进行中", "todo": "未开始", "failed": "未通过"}
MESSAGE_WORDS = {"success": "办理成功", "error": "未能办理", "warning": "请注意", "info": "提示", "debug": "提示"}


def _of(item: Any, name: str, default: Any = "") -> Any:
    return item.get(name, default) if isinstance(item, dict) else getattr(item, name, default)


@register.filter
def yuan(amount: Decimal | None) -> str:
    return DASH if amount in (None, "") else money.yuan(Decimal(amount))


@register.filter
def yuan_number(amount: Decimal | None) -> str:
    return DASH if amount in (None, "") else money.yuan_number(Decimal(amount))


@register.filter
def wan(amount: Decimal | None) -> str:
    """万元 as a bare number, as `yuan_number` is 元: the column header or the label states the unit."""
    return DASH if amount in (None, "") else money.wan_number(Decimal(amount))


@register.filter
def percent(ratio: Decimal | Fraction | None) -> str:
    """0.724 → 72.40%; None, a share without a whole, → —"""
    if ratio is None or ratio == "":
        return DASH
    exact = Decimal(ratio.numerator) / ratio.denominator if isinstance(ratio, Fraction) else Decimal(ratio)
    return f"{(exact * 100).quantize(money.CENT, ROUND_HALF_UP)}%"


@register.filter
def day(value: date | datetime | None) -> str:
    """YYYY-MM-DD; a moment is shown as the local day. Text passes through."""
    if not value:
        return DASH
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return value.strftime("%Y-%m-%d") if isinstance(value, date) else str(value)


@register.filter
def moment(value: date | datetime | None) -> str:
    """YYYY-MM-DD HH:MM in local time; a date stays a date."""
    if not isinstance(value, datetime):
        return day(value)
    return (timezone.localtime(value) if timezone.is_aware(value) else value).strftime("%Y-%m-%d %H:%M")


@register.filter
def days_left(due: date | None, on: date) -> str:
    if not due:
        return ""
    if (left := (due - on).days) < 0:
        return f"逾期 {-left} 天"
    return f"剩余 {left} 天" if left else "今天到期"


@register.filter
def masked_phone(number: str | None) -> str:
    if not number:
        return DASH
    return f"{number[:3]}****{number[-4:]}" if len(number) > 7 else "****"  # noqa: PLR2004 - the digits shown


# Words with a colour


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)  # a list shows the same few words on every row; text that is safe stays apart
def badge(text: str, tone: str = "gray", dot: bool = False) -> SafeString:
    return render_to_string("ui/components/badge.html", {"text": text, "tone": tone, "dot": dot})


@register.simple_tag
def stage_badge(stage: str) -> SafeString:
    return badge(Stage(stage).label, tones.STAGE[Stage(stage)])


@register.simple_tag
def state_badge(state: str, text: str = "") -> SafeString:
    """A member of a TextChoices, or its value and `get_state_display`."""
    return badge(text or str(getattr(state, "label", state)), tones.STATE.get(str(state), "gray"))


@register.simple_tag
def severity_badge(severity: str) -> SafeString:
    return badge(Severity(severity).label, tones.SEVERITY[Severity(severity)])


@register.simple_tag
def light_badge(light: str) -> SafeString:
    return badge(tones.Light(light).label, tones.LIGHT[tones.Light(light)], dot=True)


@register.inclusion_tag("ui/components/due.html")
def due(on_day: date | None, on: date, closed: bool = False, soon: int = SOON, early: int = 0) -> dict[str, Any]:
    """A date and how many days are left; `closed`: the matter is done, so the clock no longer runs. `soon`: days left
    from which it is orange, `early`: from which it is yellow, where the edition warns in two steps.
    """
    left = (on_day - on).days if on_day else 0
    running = "red" if left < 0 else "orange" if left <= soon else "yellow" if left <= early else "green"
    tone = "gray" if closed or not on_day else running
    return {"dated": bool(on_day), "day": day(on_day), "left": "" if closed else days_left(on_day, on), "tone": tone}


# Bars


@register.inclusion_tag("ui/components/bar.html")
def bar(
    label: str, value: Any, max: Any, tone: str = "blue", note: str = "", unit: str = "", pending: Any = None,  # noqa: A002
) -> dict[str, Any]:  # fmt: skip
    """value of max; with unit="万元" both are yuan. `pending` is drawn lighter behind it. `note` follows the figures."""
    shown = _share(value, max, unit)
    held = _width(Decimal(value) + Decimal(pending), max) if shown["defined"] and pending else ""
    over = shown["defined"] and Decimal(value) > Decimal(max)
    return {**shown, "label": label, "tone": "orange" if over else tone, "note": note, "pending": held, "over": over}


@register.inclusion_tag("ui/components/three_bars.html")
def three_bars(time: Any, funds: Any, targets: Any) -> dict[str, Any]:
    """Three `ui.parts.Progress` (or None) for a row of the list."""
    named = (("时间", time, "gray"), ("资金", funds, "green"), ("绩效", targets, "blue"))
    return {
        "bars": [
            {"label": label, "tone": tone, **_share(_of(p, "part", None), _of(p, "whole", None), _of(p, "unit"))}
            for label, p, tone in named
        ]
    }


def _share(part: Any, whole: Any, unit: str) -> dict[str, Any]:
    if part is None or not whole:
        return {"defined": False, "width": "0%", "figures": "", "percent": "不适用"}
    figures = f"{_number(part, unit)} / {_number(whole, unit)} {unit}".rstrip()
    rate = percent(Decimal(part) / Decimal(whole))
    return {"defined": True, "width": _width(part, whole), "figures": figures, "percent": rate}


def _width(part: Any, whole: Any) -> str:
    return f"{min(max(Decimal(part) / Decimal(whole) * 100, Decimal(0)), Decimal(100)):.2f}%"


def _number(value: Any, unit: str) -> str:
    return money.wan_number(Decimal(value)) if unit == "万元" else f"{value:,}"


# Lists of things


@register.inclusion_tag("ui/components/stage_rail.html")
def stage_rail(steps: Iterable[Any], label: str = "办理阶段") -> dict[str, Any]:
    shown = [
        {"label": _of(s, "label"), "date": _of(s, "date"), "state": _of(s, "state", "todo"), "note": _of(s, "note")}
        for s in steps
    ]
    return {"label": label, "steps": [{**step, "word": STEP_WORDS[step["state"]]} for step in shown]}


@register.inclusion_tag("ui/components/checklist.html")
def checklist(items: Iterable[Any], title: str = "办理条件") -> dict[str, Any]:
    items = list(items)
    return {"items": items, "title": title, "missing": missing(items)}


@register.filter
def missing(items: Iterable[Any]) -> int:
    """How many items of a checklist are not yet met."""
    return sum(not _of(item, "ok", False) for item in items)


@register.inclusion_tag("ui/components/timeline.html")
def timeline(events: Iterable[Any], empty: str = "暂无记录") -> dict[str, Any]:
    return {"events": list(events), "empty": empty}


@register.inclusion_tag("ui/components/definition.html")
def definition(pairs: Iterable[tuple[str, Any]], columns: str = "auto") -> dict[str, Any]:
    """(label, value) pairs; columns="one" puts them under one another."""
    return {"pairs": pairs, "columns": columns}


@register.inclusion_tag("ui/components/tile.html")
def tile(
    label: str, value: Any, unit: str = "", note: str = "", icon: str = "", tone: str = "blue", url: str = ""
) -> dict[str, Any]:
    return {"label": label, "value": value, "unit": unit, "note": note, "icon": icon, "tone": tone, "url": url}


@register.inclusion_tag("ui/components/next_step.html")
def next_step(card: Any, on: date) -> dict[str, Any]:
    return {"card": card, "on": on}


@register.inclusion_tag("ui/components/tabs.html")
def tabs(items: Iterable[Any], label: str = "栏目") -> dict[str, Any]:
    return {"items": items, "label": label}


@register.inclusion_tag("ui/components/banner.html")
def banner(
    tone: str, title: str, text: str = "", clause: str = "", url: str = "", url_label: str = "查看"
) -> dict[str, Any]:
    icon = tones.ICON.get(tone, "info")
    return {
        "tone": tone,
        "title": title,
        "text": text,
        "clause": clause,
        "url": url,
        "url_label": url_label,
        "icon": icon,
    }


@register.inclusion_tag("ui/components/messages.html")
def message_list(messages: Iterable[Any]) -> dict[str, Any]:
    toned = ((tones.MESSAGE.get(m.level_tag, "blue"), MESSAGE_WORDS.get(m.level_tag, "提示"), m) for m in messages)
    return {"shown": [(tone, tones.ICON.get(tone, "info"), word, message) for tone, word, message in toned]}


@register.inclusion_tag("ui/components/why.html")
def why(
    rule: str, clause: str = "", rank: str = "", inputs: Iterable[tuple[str, Any]] = (), sum: str = "",  # noqa: A002
) -> dict[str, Any]:  # fmt: skip
    """为什么: the rule, its clause and rank, what went in, the arithmetic."""
    rank = Rank(rank).label if rank in Rank.values else rank
    return {"rule": rule, "clause": clause, "rank": rank, "inputs": inputs, "sum": sum}


@register.inclusion_tag("ui/components/empty_state.html")
def empty_state(title: str, text: str = "", action_url: str = "", action_label: str = "") -> dict[str, Any]:
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label}


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    if url:
        return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, label)
    return format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', label)


# Forms and buttons


@register.inclusion_tag("ui/components/field.html")
def field(bound: BoundField, unit: str = "", wide: bool = False, sum_group: str = "") -> dict[str, Any]:
    widget, name = bound.field.widget, bound.auto_id
    again = widget.needs_multipart_form and bound.form.is_bound and not bound.form.is_valid()
    described = [f"{name}_hint"] * bool(bound.help_text or again) + [f"{name}_error"] * bool(bound.errors)
    attrs: dict[str, str | bool] = {
        "class": _widget_class(bound),
        **({"data-sum-group": sum_group} if sum_group else {}),
    }
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attrs),
        "described": " ".join(described),
        "kind": "group" if bound.use_fieldset else getattr(widget, "input_type", ""),
        "unit": unit,
        "wide": wide or isinstance(widget, forms.Textarea),
        "again": again,
    }


def _widget_class(bound: BoundField) -> str:
    widget = bound.field.widget
    base = {"select": "form-select", "checkbox": "form-check-input"}.get(
        getattr(widget, "input_type", "text"), "form-control"
    )
    own = widget.attrs.get("class", "")
    return " ".join(filter(None, ["" if bound.use_fieldset else base, own, "is-invalid" if bound.errors else ""]))


@register.inclusion_tag("ui/components/form_errors.html", takes_context=True)
def form_errors(context: Context, *checked: Any) -> dict[str, Any]:
    """Everything wrong with these forms and formsets, each with a link to its field."""
    project = context.get("project")
    return {"problems": [problem for form in checked for problem in _problems(form, project)]}


def _problems(form: Any, project: Any, row: str = "") -> Iterable[dict[str, Any]]:
    if hasattr(form, "forms"):
        yield from ({"text": text} for text in form.non_form_errors())
        for number, one in enumerate(form.forms, 1):
            yield from _problems(one, project, f"第 {number} 行 ")
        return
    for name, errors in form.errors.as_data().items():
        bound = form[name] if name in form.fields else None
        for error in errors:
            finding = getattr(error, "finding", None)
            yield {
                "label": f"{row}{bound.label if bound else ''}".strip(),
                "target": (bound.id_for_label or bound.auto_id) if bound and not bound.is_hidden else "",
                "text": "；".join(error.messages),
                "clause": finding.clause if finding else "",
                "rank": Rank(finding.rank).label if finding and Rank(finding.rank).label != finding.clause else "",
                "mend_url": _mend_url(finding.link, project) if finding else "",
            }


def _mend_url(link: str, project: Any) -> str:
    """Where a finding is mended: its URL name, below the project or by itself."""
    for kwargs in ({"project_id": project.pk} if project else {}, {}):
        try:
            return reverse(link, kwargs=kwargs) if link else ""
        except NoReverseMatch:
            continue
    return ""


@register.simple_tag
def form_token() -> SafeString:
    """The hidden token that lets this rendered form be carried out once."""
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, once.fresh())


@register.inclusion_tag("ui/components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: Any) -> dict[str, Any]:
    request = context["request"]
    return {"form": form, "path": request.path, "size": request.GET.get("size", "")}


@register.inclusion_tag("ui/components/pager.html", takes_context=True)
def pager(context: Context, page_obj: Page, unit: str = "条") -> dict[str, Any]:
    query, paginator = context["request"].GET, page_obj.paginator

    def to(**changes: Any) -> str:
        changed = query.copy()
        for name, value in changes.items():
            changed[name] = str(value)
        return f"?{changed.urlencode()}"

    numbers = paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    return {
        "page": page_obj,
        "total": f"{paginator.count:,}",
        "unit": unit,
        "numbers": [(n, to(page=n) if isinstance(n, int) else "", n == page_obj.number) for n in numbers],
        "sizes": [(size, to(size=size, page=1), size == paginator.per_page) for size in PAGE_SIZES],
        "previous": to(page=page_obj.number - 1) if page_obj.has_previous() else "",
        "next": to(page=page_obj.number + 1) if page_obj.has_next() else "",
    }


@register.inclusion_tag("ui/components/link_button.html")
def link_button(label: str, url: str, tone: str = "light", icon: str = "", why: str = "") -> dict[str, Any]:
    """`why`: the reason it cannot be used now; then it is shown closed, with the reason."""
    return {"label": label, "url": url, "tone": tone, "icon": icon, "why": why}


@register.inclusion_tag("ui/components/post_button.html", takes_context=True)
def post_button(
    context: Context, label: str, url: str, tone: str = "light", icon: str = "", why: str = "", **hidden: Any
) -> dict[str, Any]:
    """One button, one POST, for an ActionView; every further name=value becomes a hidden field."""
    back = context["request"].get_full_path() if "request" in context else ""
    return {
        **link_button(label, url, tone, icon, why),
        "hidden": {"next": back, **hidden},
        "csrf_token": context.get("csrf_token"),
    }
