"""成文日期: no paper is dated before the step it rests on, and none bears the number of another. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from policy.days import check_day
from policy.findings import Finding, blocking

BASIS = "通知 六（一）"


@dataclass(frozen=True, slots=True)
class Ground:
    """`not_before`: the first day the paper may bear; `what`: the step, with its own day in words."""

    not_before: date
    what: str


def check_paper_day(dated_on: date, grounds: Iterable[Ground], *, name: str = "") -> Iterator[Finding]:
    """Said of the latest ground alone, for it holds for the others too. `name`: of the project, where there are several."""
    if implausible := list(check_day("成文日期", dated_on, field="dated_on")):
        yield from implausible
        return
    missed = [ground for ground in grounds if dated_on < ground.not_before]
    if missed:
        last = max(missed, key=lambda ground: ground.not_before)
        about = f"「{name}」" if name else ""
        said = f"成文日期 {dated_on} 过早：{about}{last.what}，文件不得早于 {last.not_before}。请核对文件上的日期。"
        yield blocking("dated_early", said, BASIS, field="dated_on")
