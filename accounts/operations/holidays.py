"""放假调休安排 as published. The calling operation keeps the file and says what the days mean for open dates."""

from collections.abc import Iterator, Mapping
from datetime import date

from accounts.models import Holiday, HolidayArrangement, User
from policy.calendar import WorkCalendar
from policy.findings import Finding, blocking

BASIS = "国务院办公厅放假安排"


def check_arrangement(
    *, number: str, dated_on: date, off: Mapping[date, str], working: Mapping[date, str], on: date
) -> Iterator[Finding]:
    """What keeps a published arrangement from being entered as typed. One statement each for number and days."""
    weekdays = WorkCalendar()
    if dated_on > on:
        yield blocking("dated_on", f"成文日期 {dated_on} 晚于今天 {on}，请核对。", field="dated_on")
    if HolidayArrangement.objects.filter(number=number.strip()).exists():
        yield blocking("number", f"{number.strip()} 已登记，同一文件不重复登记。", BASIS, field="number")
    if not off:
        yield blocking("off", "请列出放假日。", BASIS, field="off")
    if both := sorted(off.keys() & working.keys()):
        yield blocking("both", f"{both[0]} 同时列为放假和上班，请核对文件。", BASIS, field="working")
    if wrong := sorted(day for day in working if weekdays.is_working(day)):
        yield blocking("working", f"{wrong[0]} 本来就是工作日，不是调休上班日，请核对。", BASIS, field="working")
    taken = Holiday.objects.filter(day__in=[*off, *working]).order_by("day").first()
    if taken is not None:
        text = f"{taken.day} 已按《{taken.document or '2022—2026 年安排'}》登记为{taken.feast or '放假'}，已公布的安排不能覆盖。"
        yield blocking("taken", text, BASIS, field="off")


def add_arrangement(
    *, number: str, title: str, dated_on: date, off: Mapping[date, str], working: Mapping[date, str], actor: User,
    on: date, **stored: str | int,
) -> HolidayArrangement:  # fmt: skip
    """`stored`: name, size, content_type, sha256, path of the document's file."""
    arrangement = HolidayArrangement.objects.create(
        number=number, title=title, dated_on=dated_on, recorded_by=actor, recorded_on=on, **stored
    )
    days = [(day, name, False) for day, name in off.items()] + [(day, name, True) for day, name in working.items()]
    Holiday.objects.bulk_create(Holiday(day=day, name=name, works=works, document=number) for day, name, works in days)
    return arrangement
