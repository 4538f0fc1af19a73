"""Drawing the tables with matplotlib: SVG for the page, PNG for paper. Only the task worker comes here.

Readable in grey print: what is told apart differs in hatching or shape and carries its figure, colour only helps.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.money import WAN
from policy.terms import Kind
from reports.statistics.leads import mark, spoken
from reports.statistics.svg import plain
from reports.statistics.tables import RATE, Table, in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = "Noto Sans CJK SC"
INK, MUTE, DARK, MIDDLE, LIGHT = "#1d2939", "#5b6576", "#1f4e9c", "#7fa8dc", "#dbe7f6"
STYLE: Any = {
    "font.family": [FONT], "font.size": 9, "svg.fonttype": "none", "svg.hashsalt": "statistics", "text.color": INK,
    "axes.labelcolor": MUTE, "axes.edgecolor": "#c3ccda", "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": 9, "axes.titlelocation": "left", "axes.unicode_minus": False, "xtick.color": MUTE,
    "ytick.color": INK, "xtick.labelsize": 8, "ytick.labelsize": 9, "grid.color": "#e3e8f0", "hatch.linewidth": 0.6,
    "hatch.color": DARK, "legend.frameon": False, "legend.fontsize": 8,
    "legend.handlelength": 1.4, "legend.columnspacing": 1, "legend.handletextpad": 0.4,
}  # fmt: skip
# Inches; at 96 px each a chart stands in its card about as large as it was drawn.
WIDE, NARROW, LINE = 8.8, 5.7, 0.27
NARROW_ONES = frozenset({"funnel", "forecast", "kind", "sector", "track", "year"})
MONEY_LOOKS = (("批复", LIGHT, ""), ("到账", "#ffffff", "////"), ("支出", DARK, ""))
AGE_LOOKS = (("#ffffff", ""), (LIGHT, "\\\\\\\\"), (MIDDLE, "////"), (DARK, ""), ("#ffffff", "xxxx"))
SHAPES = {Kind.BASE.label: ("o", DARK), Kind.STUDIO.label: ("^", "#a84808")}
NAMED = 6
HALF = 0.55
PNG_DPI = 200


@dataclass(frozen=True, slots=True)
class Drawn:
    svg: str
    png: bytes


def draw(table: Table) -> Drawn:
    """The chart of a table; one without rows says so."""

    def whole(figure: "Figure") -> None:
        _on(figure, table)
        mark(figure, table)

    return _drawn(whole, table.title, (_width(table), _height(table)), f"{table.key}-", spoken(table))


def overview(tables: Sequence[Table]) -> Drawn:
    """Four charts on one sheet, for the printed page of the province."""

    def panels(figure: "Figure") -> None:
        parts: Any = figure.subfigures(2, 2, width_ratios=(1.15, 1), height_ratios=(1.1, 1), wspace=0.03, hspace=0.03)
        for part, table in zip(parts.flat, tables, strict=True):
            part.suptitle(table.title, x=0.02, ha="left", fontsize=10, fontweight="bold")
            _on(part, table)

    return _drawn(panels, "项目执行情况一览", (10, 8.2), "overview-", {})


def _drawn(
    paint: Callable[["Figure"], None], title: str, size: tuple[float, float], prefix: str, spoken: Mapping[str, str]
) -> Drawn:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    _fonts()
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        svg, png = io.StringIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return Drawn(plain(svg.getvalue(), title, spoken, prefix), png.getvalue())


def warm_up() -> None:
    """Load once what takes seconds, before anybody waits."""
    import pandas  # noqa: F401

    _fonts()


def _fonts() -> None:
    """The Chinese font comes with us; what the machine has is not relied on."""
    import noto_cjk_sans_otc
    from matplotlib import font_manager

    manager = font_manager.fontManager
    if not any(entry.name == FONT for entry in manager.ttflist):
        folder = Path(noto_cjk_sans_otc.__file__).parent
        for file in sorted(folder.glob("*.ttc")):
            manager.addfont(file)


def _width(table: Table) -> float:
    return NARROW if table.key in NARROW_ONES else WIDE


def _height(table: Table) -> float:
    rows = max(len(table.rows), 1)
    if table.key == "pace":
        return 4.6
    if table.key == "targets":
        return 1.3 + 0.3 * rows
    lines = {"funnel": 1.5, "problems": 1.4, "levels": 1.4, "forecast": 1.9}.get(table.key, 2.3)
    return 0.9 + LINE * lines * rows + (0.3 if rows > 1 else 0.5)


def _on(figure: Any, table: Table) -> None:
    if not table.rows:
        axes = figure.subplots()
        axes.axis("off")
        axes.text(0.5, 0.5, "没有数据", ha="center", va="center", color=MUTE, fontsize=11)
    elif table.key in PAINTERS:
        PAINTERS[table.key](figure.subplots(), table)
    else:
        _groups(figure, table)


def _groups(figure: Any, table: Table) -> None:
    """Left: how many projects; right: 批复, 到账, 支出 in 万元."""
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.3), sharey=True)
    labels, places = _labels(left, table)
    counts = table.column("项目数")
    bars = left.barh(places, counts, height=HALF, color=MIDDLE, edgecolor=DARK)
    left.bar_label(bars, labels=[f"{count}" for count in counts], padding=3, fontsize=8)
    left.set_title("项目数（个）")
    for number, (head, colour, hatch) in enumerate(MONEY_LOOKS):
        amounts = _wan(table.column(head))
        where = [place + (number - 1) * 0.26 for place in places]
        bars = right.barh(where, amounts, height=0.25, color=colour, hatch=hatch, edgecolor=DARK, label=head)
        right.bar_label(bars, labels=[f"{amount:,.2f}" for amount in amounts], padding=3, fontsize=7)
    right.set_title("资金（万元）")
    right.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.2)
    right.tick_params(axis="y", length=0)
    for axes in (left, right):
        _bare(axes)
    left.set_ylim(len(labels) - 0.5, -0.5)


def _funnel(axes: "Axes", table: Table) -> None:
    """Each step as long as its money, centred, with amount and share."""
    amounts, shares = _wan(table.column("金额")), table.column("占批复")
    labels, places = _labels(axes, table)
    widest = max(amounts) or 1
    looks = ((LIGHT, ""), (LIGHT, "\\\\\\\\"), ("#ffffff", "////"), (DARK, ""), ("#ffffff", "xx"))
    for place, amount, share, (colour, hatch) in zip(places, amounts, shares, looks, strict=True):
        axes.barh(place, amount, left=(widest - amount) / 2, height=0.62, color=colour, hatch=hatch, edgecolor=DARK)
        told = f"{amount:,.2f} 万元" + (f"　占批复 {Decimal(str(share)) * 100:.2f}%" if share is not None else "")
        axes.text(widest * 1.02, place, told, va="center", fontsize=8.5)
    axes.set_xlim(0, widest * 1.75)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    _bare(axes)


def _pace(axes: "Axes", table: Table) -> None:
    """A dot below the line has spent less than its time; the farthest behind are numbered as in the table."""
    rows = [(str(row.cells[2]), _percent(row.cells[3]), _percent(row.cells[4])) for row in table.rows]
    for kind, (marker, colour) in SHAPES.items():
        own = [(gone, rate) for name, gone, rate in rows if name == kind]
        if own:
            times, rates = zip(*own, strict=True)
            axes.scatter(times, rates, s=34, marker=marker, facecolor="#ffffff", edgecolor=colour, label=kind)
    axes.plot([0, 100], [0, 100], linestyle="--", linewidth=1, color=MUTE, label="支出与时间同步")
    for numbers in _together(table, rows):
        _, *at = rows[numbers[0]]
        told = "、".join(str(number + 1) for number in numbers)
        axes.annotate(told, (at[0], at[1]), xytext=(0, -12), textcoords="offset points", fontsize=8, ha="center")
    axes.set(xlim=(0, 103), ylim=(-3, 103), xlabel="建设期已过（%）", ylabel="执行率（%）")
    axes.grid(visible=True)
    axes.legend(loc="upper left")
    axes.set_title(f"编号为落后最多的 {min(NAMED, len(rows))} 个，次序同下表", fontsize=8, color=MUTE)


def _together(table: Table, rows: Sequence[Any]) -> list[list[int]]:
    """The first rows by where they are drawn: those in one place bear one mark."""
    first = range(min(NAMED, len(rows)))
    spots = [spot.rows for spot in table.spots] or [(number,) for number in first]
    found = [[number for number in spot if number in first] for spot in spots]
    return [numbers for numbers in found if numbers]


def _targets(axes: "Axes", table: Table) -> None:
    """Darker: more of the projects reach it. Each field says how many of how many."""
    heads = [column.head for column in table.columns[2:-2]]
    fields = [[_ratio(cell) for cell in row.cells[2:-2]] for row in table.rows]
    from matplotlib.colors import LinearSegmentedColormap
    from numpy import array, ma

    shown = ma.masked_invalid(array(fields, dtype=float))
    colours = LinearSegmentedColormap.from_list("reached", ["#ffffff", LIGHT, MIDDLE, DARK])
    axes.pcolormesh(shown, cmap=colours, vmin=0, vmax=1, edgecolors="#c3ccda", linewidth=0.6)
    for y, row in enumerate(table.rows):
        for x, cell in enumerate(row.cells[2:-2]):
            dark = cell is not None and (_ratio(cell) or 0) > HALF + 0.2
            axes.text(x + 0.5, y + 0.5, str(cell or "—"), ha="center", va="center", fontsize=8,
                      color="#ffffff" if dark else INK)  # fmt: skip
    names = [f"{row.cells[0]}（{'工作室' if row.cells[1] == Kind.STUDIO.label else '基地'}）" for row in table.rows]
    axes.set_yticks([y + 0.5 for y in range(len(names))], names)
    axes.set_xticks([x + 0.5 for x in range(len(heads))], heads, rotation=30 if len(heads) > NAMED else 0)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_ylim(len(names), 0)
    for side in axes.spines.values():
        side.set_visible(False)


def _problems(axes: "Axes", table: Table) -> None:
    labels, places = _labels(axes, table)
    heads = [column.head for column in table.columns[1:-2]]
    begun = [0] * len(places)
    for number, (head, (colour, hatch)) in enumerate(zip(heads, AGE_LOOKS, strict=False), 1):
        counts = [int(str(row.cells[number])) for row in table.rows]
        axes.barh(places, counts, left=begun, height=0.6, color=colour, hatch=hatch, edgecolor=DARK, label=head)
        for place, start, count in zip(places, begun, counts, strict=True):
            if count:
                axes.text(start + count / 2, place, f"{count}", ha="center", va="center", fontsize=8,
                          color="#ffffff" if colour == DARK else INK,
                          bbox=None if colour == DARK else {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.8})  # fmt: skip
        begun = [start + count for start, count in zip(begun, counts, strict=True)]
    late = [int(str(row.cells[-1])) for row in table.rows]
    for place, whole, overdue in zip(places, begun, late, strict=True):
        told = f"共 {whole}" + (f"，逾期 {overdue}" if overdue else "")
        axes.annotate(told, (whole, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xlim(0, max(begun) * 1.3)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.legend(ncols=len(heads), loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    _bare(axes)


def _forecast(axes: "Axes", table: Table) -> None:
    """Now and at the end of the year, against the whole budget."""
    labels, places = _labels(axes, table)
    looks = (("执行率", DARK, ""), ("预计年末执行率", "#ffffff", "////"))
    for number, (head, colour, hatch) in enumerate(looks):
        cells = table.column(head)
        rates = [_percent(cell) if cell is not None else 0 for cell in cells]
        where = [place + (number - 0.5) * 0.36 for place in places]
        bars = axes.barh(where, rates, height=0.34, color=colour, hatch=hatch, edgecolor=DARK, label=head)
        told = [in_words(RATE, cell) for cell in cells]
        axes.bar_label(
            bars, labels=told, padding=3, fontsize=8, bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.4}
        )
    axes.axvline(100, color=MUTE, linestyle="--", linewidth=1, zorder=0)
    axes.set_xlim(0, 118)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.legend(ncols=2, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    _bare(axes)


def _labels(axes: "Axes", table: Table) -> tuple[list[str], list[int]]:
    labels = [str(row.cells[0]) for row in table.rows]
    places = list(range(len(labels)))
    axes.set_yticks(places, labels)
    axes.tick_params(axis="y", length=0)
    return labels, places


def _bare(axes: "Axes") -> None:
    """Every bar carries its figure; a scale would only repeat it."""
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.22)


def _wan(cells: Sequence[Any]) -> list[float]:
    """For the length of a bar; what is written beside it is rounded from it to two places."""
    return [float(Decimal(cell) / WAN) for cell in cells]


def _percent(cell: Any) -> float:
    return float(Decimal(cell) * 100)


def _ratio(cell: Any) -> float | None:
    if cell is None:
        return None
    reached, _, whole = str(cell).partition("/")
    return int(reached) / int(whole)


PAINTERS: dict[str, Callable[["Axes", Table], None]] = {
    "funnel": _funnel,
    "pace": _pace,
    "targets": _targets,
    "problems": _problems,
    "levels": _problems,
    "forecast": _forecast,
}
