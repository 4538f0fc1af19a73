"""The sentences of a periodic report, from its figures alone. Pure; money in 万元 as everywhere."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from policy.money import wan_number

COUNT, GRANTED, ALLOCATED, RECEIVED, BUDGET, SPENT, LEFT, RATE = range(8)
HAPPENED = {
    "awarded": "新立项", "accepted": "通过验收或复验", "ordered": "责令限期整改", "revoked": "取消称号",
    "terminated": "终止",
}  # fmt: skip
Figures = Mapping[str, Any]


def wan(amount: str) -> str:
    return f"{wan_number(Decimal(amount))} 万元"


def percent(rate: str | None) -> str:
    return "不适用" if rate is None else f"{Decimal(rate) * 100:.2f}%"


def listed(pairs: Iterable[Iterable[Any]], unit: str = "个") -> str:
    return "、".join(f"{name} {count} {unit}" for name, count in pairs)


def overview(found: Figures) -> str:
    total = found["total"]
    if not total[COUNT]:
        return f"截至 {found['on']}，{found['place']}没有已立项的建设项目。"
    kinds = listed((kind[0], kind[1]) for kind in found["kinds"])
    return (
        f"截至 {found['on']}，{found['place']}共有已立项的建设项目 {total[COUNT]} 个，其中{kinds}。"
        f"按 {found['made_on']} 的办理阶段：{listed(found['stages'])}。"
    )


def money(found: Figures) -> list[str]:
    total, inside = found["total"], found["within"]
    return [
        f"核定补助 {wan(total[GRANTED])}，已下达 {wan(total[ALLOCATED])}，已到账 {wan(total[RECEIVED])}，"
        f"经财政认定的支出 {wan(total[SPENT])}，结余 {wan(total[LEFT])}；批准预算 {wan(total[BUDGET])}，"
        f"执行率 {percent(total[RATE])}。",
        f"{found['here']}下达 {wan(inside['allocated'])}，到账 {wan(inside['received'])}，支出 {wan(inside['spent'])}。",
    ]


def pace(found: Figures) -> str:
    told, behind = found["pace"], found["pace"]["behind"]
    if not told["watched"]:
        return "目前没有建设中或验收中的项目，不比较支出进度和时间进度。"
    lights = listed([one for one in told["lights"] if one[1]])
    of_today = "" if found["on"] == found["made_on"] else f"按 {found['made_on']} 的办理阶段，"
    said = (
        f"{of_today}建设中和验收中的项目 {told['watched']} 个，支出与用款计划（没有计划的，与时间进度）相比：{lights}。"
    )
    if behind:
        names = "；".join(f"{name}（时间 {percent(gone)}，执行率 {percent(rate)}）" for name, gone, rate, _ in behind)
        said += f"落后较多的是：{names}。"
    return said


def targets(found: Figures) -> str:
    told = found["targets"]
    if not told["all"]:
        return "还没有经审核通过的绩效监测数据。"
    return (
        f"按截至 {found['on']} 最近一次审核通过的监测数据，{told['projects']} 个项目的 {told['all']} 项定量指标中，"
        f"已达到目标值 {told['met']} 项，"
        f"按目前进度期末难以达到的 {told['short']} 项，数据不全、无法判断的 {told['unknown']} 项。"
    )


def problems(found: Figures) -> str:
    told = found["problems"]
    return (
        f"{found['here']}发现问题 {told['found']} 个，销号 {told['closed']} 个；截至 {found['on']} 待整改和待核验 {told['open']} 个，"
        f"其中超过整改期限未答复 {told['overdue']} 个。"
    )


def events(found: Figures) -> list[str]:
    """One sentence a kind of decision, at least one; where several projects are concerned, a line for each."""
    said = []
    for kind, label in HAPPENED.items():
        rows = found["events"][kind]
        told = [f"{project}（{number}，{day}）" for project, number, day in rows]
        if len(told) == 1:
            said.append(f"{label} 1 个：{told[0]}。")
        elif told:
            ends = ["；"] * (len(told) - 1) + ["。"]
            lines = [f"{place}．{one}{end}" for place, (one, end) in enumerate(zip(told, ends, strict=True), 1)]
            said += [f"{label} {len(told)} 个：", *lines]
    return said or [f"{found['here']}没有立项、验收、限期整改、取消称号和终止的决定生效。"]
