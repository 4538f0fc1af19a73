"""What a project pays out over its build: shares, suppliers and instalments differ, so that no two books look alike."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from funds.queries.budgets import in_force
from funds.queries.pages import cells_of
from lifecycle.demo.money import Purse
from lifecycle.demo.story import Story
from policy.calendar import add_months
from policy.terms import Kind

SPLITS: Mapping[Kind, tuple[dict[str, int], ...]] = {
    Kind.BASE: (
        {"equipment": 62, "facilities": 14, "instructors": 9, "courses": 10, "activities": 5},
        {"equipment": 55, "facilities": 20, "instructors": 8, "courses": 11, "activities": 6},
        {"equipment": 68, "facilities": 10, "instructors": 10, "courses": 8, "activities": 4},
    ),
    Kind.STUDIO: (
        {"materials": 70, "exchange": 30},
        {"materials": 64, "exchange": 36},
        {"materials": 75, "exchange": 25},
    ),
}
# Category, percent of its line, months after the first payment, what for, who is paid.
BASE = (
    ("equipment", 54, 0, "实训设备首批货款", "示例智能装备有限公司"),
    ("facilities", 100, 3, "实训场地改造工程款", "示例机电安装有限公司"),
    ("equipment", 100, 7, "实训设备第二批货款", "示例教学仪器有限公司"),
    ("instructors", 100, 10, "外聘指导教师课酬", "示例人力资源服务有限公司"),
    ("courses", 100, 13, "一体化课程和教材开发费", "示例教育科技有限公司"),
    ("activities", 100, 16, "技能竞赛和评价活动费", "示例会展服务有限公司"),
)
STUDIO = (
    ("materials", 58, 1, "研修设备和工具", "示例材料有限公司"),
    ("exchange", 100, 8, "技能交流和带徒活动费", "示例会展服务有限公司"),
    ("materials", 100, 11, "攻关试制材料", "示例五金机电有限公司"),
)
ODD, WHOLE = 37, 100


def shares(kind: Kind, place: int) -> Mapping[str, int]:
    known = SPLITS[kind]
    return known[place % len(known)]


def steadily(story: Story, start: date, on: date, *, left: int = 0, until: date | None = None) -> None:
    """The lines of the budget from `start` on, as far as `until`; `left`: percent of each line that stays unspent."""
    purse, kind = Purse(story, on), Kind(story.project.kind)
    source = story.project.edition.grant_source.value
    lines = {code: total for (code, of), total in cells_of(in_force(story.project)).items() if of == source}
    for place, (code, part, months, what, payee) in enumerate(BASE if kind == Kind.BASE else STUDIO):
        day = add_months(start, months)
        if until is not None and day > until:
            return
        amount = lines[code] * (WHOLE - left) / WHOLE if part == WHOLE else _part(lines[code], part, story.pk, place)
        lines[code] -= amount
        purse.spent(code, int(amount), (on - day).days, what, **_facts(code, payee, day, story.pk))


def _part(line: Decimal, percent: int, pk: int, place: int) -> Decimal:
    """So many percent, and an amount of its own beside it."""
    return Decimal(int(line * percent / WHOLE) - (pk * ODD + place * 11) % 97 * 120)


def _facts(code: str, payee: str, day: date, pk: int) -> dict[str, Any]:
    said = {"payee": payee, "contract_number": f"HT{day:%Y%m%d}-{pk:02d}"}
    return said | {"asset_card": f"ZC{day:%Y}-{pk:03d}-{day:%m}"} if code == "equipment" else said
