"""设备台账: what a card must say, what its label looks like, who ticks it on site."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from policy.days import check_day
from policy.findings import Finding, blocking
from policy.money import LARGEST, ZERO

# Read over a telephone and by a tired eye: no 0 O, 1 I L, 5 S, 2 Z, 8 B, U V.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
LABEL_LENGTH = 6


def check_card(
    *,
    card_number: str,
    twin: bool,
    name: str,
    room: str,
    unit_price: Decimal,
    acquired_on: date,
    retired: bool,
    on: date,
) -> Iterator[Finding]:
    if retired:
        yield blocking("retired", "该设备已处置，卡片不再修改。")
    if not card_number.strip():
        yield blocking("card_number", "请填写资产卡号。", field="card_number")
    elif twin:
        yield blocking(
            "card_taken", f"资产卡号「{card_number.strip()}」已登记，一卡一号，请核对。", field="card_number"
        )
    if not name.strip():
        yield blocking("name", "请填写设备名称。", field="name")
    if not room.strip():
        yield blocking("room", "请填写存放地点，现场核对时按地点查找。", field="room")
    if not ZERO < unit_price <= LARGEST:
        yield blocking("unit_price", "单价应大于 0。", field="unit_price")
    yield from check_day("取得日期", acquired_on, field="acquired_on")
    if acquired_on > on:
        yield blocking("acquired_on", f"取得日期 {acquired_on} 晚于今天 {on}，请核对。", field="acquired_on")


def check_retirement(*, retired: bool, reason: str, acquired_on: date, retired_on: date, on: date) -> Iterator[Finding]:
    if retired:
        yield blocking("retired", "该设备已登记处置。")
    if not reason.strip():
        yield blocking("reason", "请写明处置原因（报废、调拨、损坏等）和批准文号。", field="reason")
    if not acquired_on <= retired_on <= on:
        said = f"处置日期应在取得日期 {acquired_on} 至今天 {on} 之间。"
        yield blocking("retired_on", said, field="retired_on")


def check_visit(*, retired: bool, own_unit: bool, found: bool, note: str) -> Iterator[Finding]:
    """现场核对 is done by an authority, never by the unit that keeps the goods (SD3)."""
    if own_unit:
        yield blocking("sod", "现场核对由主管部门或审计人员办理，项目单位不能核对自己的设备。", "职责分离 SD3")
    if retired:
        yield blocking("retired", "该设备已登记处置，不再核对。如实物仍在，请先请单位说明。")
    if not found and not note.strip():
        yield blocking("note", "不相符的，请写明情况：没有找到、型号不符、地点不符等。", field="note")
