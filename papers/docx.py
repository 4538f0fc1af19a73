"""A paper as Word document: real tables with merged cells, fonts named for Chinese text, page numbers as fields."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from papers.layout import (
    Block,
    Break,
    Cell,
    Grid,
    Line,
    Paper,
    Picture,
    Placed,
    Rule,
    Stamps,
    behind,
    body,
    chinese,
    placed,
    tail,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT, TITLE, HEI = "仿宋", "方正小标宋简体", "黑体"
LATIN = "Times New Roman"
GREY, RED, SHADE = "5A5A5A", "B00000", "F2F2F2"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # not the clock: the same paper gives the same bytes
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_A4 = (210.0, 297.0)
# left, right, top, bottom in mm
_MARGINS = {False: (14.0, 14.0, 14.0, 15.0), True: (28.0, 26.0, 32.0, 30.0)}
_TWIPS = 1440 / 25.4
# style -> font, size on a form, size in a letter, align, colour, points above and below
STYLES: dict[str, tuple[str, float, float, str, str, tuple[float, float]]] = {
    "title": (TITLE, 17, 22, "center", "", (2, 4)),
    "subtitle": (FONT, 9.5, 16, "center", "", (0, 4)),
    "issuer": (TITLE, 14, 22, "center", RED, (0, 8)),
    "number": (FONT, 9.5, 14, "center", "", (0, 4)),
    "heading": (HEI, 10.5, 16, "left", "", (6, 4)),
    "body": (FONT, 9, 16, "left", "", (0, 2)),
    "plain": (FONT, 9, 16, "left", "", (0, 2)),
    "note": (FONT, 7.5, 10.5, "left", GREY, (4, 0)),
    "right": (FONT, 9, 16, "right", "", (0, 2)),
    "center": (FONT, 9, 16, "center", "", (0, 2)),
}


def docx(paper: Paper) -> bytes:
    """The document. The same paper gives the same bytes."""
    import docx as word

    document = word.Document()
    told = document.core_properties
    told.title, told.author, told.comments = paper.title, "", ""
    told.created = told.modified = _MADE
    pen = _Pen(paper, document)
    pen.set_up()
    for block in body(paper):
        pen.put(block)
    pen.close()
    buffer = io.BytesIO()
    document.save(buffer)
    return _undated(buffer)


def _undated(made: io.BytesIO) -> bytes:
    """The same archive without the times of its making."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            entry = zipfile.ZipInfo(item.filename, _ZIPPED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(item))
    return buffer.getvalue()


def element(name: str, *inside: Any, **values: Any) -> Any:
    """`w:name` with `w:` attributes."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(inside)
    return made


class _Pen:
    def __init__(self, paper: Paper, document: "Document") -> None:
        self.paper, self.document = paper, document
        self.left, self.right, self.top, self.bottom = _MARGINS[paper.letter]
        self.wide, self.high = reversed(_A4) if paper.landscape else _A4
        self.width = self.wide - self.left - self.right
        self.size = 10.5 if paper.letter else 9.0
        self.broken = False  # the next block begins a page
        self.last: Block | None = None

    def set_up(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm, Pt

        section = self.document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE if self.paper.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(self.wide), Mm(self.high)
        section.left_margin, section.right_margin = Mm(self.left), Mm(self.right)
        section.top_margin, section.bottom_margin = Mm(self.top), Mm(self.bottom)
        section.header_distance, section.footer_distance = Mm(8), Mm(self.bottom / 2)
        normal: Any = self.document.styles["Normal"]
        normal.font.size = Pt(self.size)
        normal.element.get_or_add_rPr().insert(0, _fonts(FONT))
        normal.paragraph_format.space_after = Pt(0)
        self._footer(section.footer.paragraphs[0])
        if self.paper.draft:
            section.header.paragraphs[0]._p.append(_watermark(self.paper.landscape))

    def _footer(self, at: "Paragraph") -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Mm

        at.style = self.document.styles["Normal"]  # that of footers has tab stops of its own
        at.paragraph_format.tab_stops.add_tab_stop(Mm(self.width / 2), WD_TAB_ALIGNMENT.CENTER)
        at.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
        self._run(at, f"{self.paper.number}\t第 ", 8, colour=GREY)
        self._field(at, "PAGE")
        self._run(at, " 页 / 共 ", 8, colour=GREY)
        self._field(at, "NUMPAGES")
        self._run(at, f" 页\t{tail(self.paper)}", 8, colour=GREY)

    def _field(self, at: "Paragraph", code: str) -> None:
        for kind in ("begin", "", "separate", "1", "end"):
            run = self._run(at, "1" if kind == "1" else "", 8, colour=GREY)
            if not kind:
                instruction = element("instrText")
                instruction.text = f" {code} "
                run.append(instruction)
            elif kind != "1":
                run.append(element("fldChar", fldCharType=kind))

    def _run(
        self, at: "Paragraph", text: str, size: float, *, font: str = FONT, colour: str = "", bold: bool = False
    ) -> Any:
        """Adds words; line breaks and tabs are kept."""
        from docx.shared import Pt, RGBColor

        run = at.add_run(text)
        run.font.size = Pt(size)
        run.font.bold = bold or None
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)
        run._r.get_or_add_rPr().insert(0, _fonts(font))
        return run._r

    def put(self, block: Block) -> None:
        match block:
            case Break():
                self.broken = True
                return
            case Grid():
                self._gap(block)
                self._table(block)
            case Line():
                self._line(block)
            case Stamps():
                self._gap(block)
                self._stamps(block)
            case Rule():
                self._rule(block)
            case Picture():
                self._picture(block)
        self.broken, self.last = False, block

    def close(self) -> None:
        """Word wants a paragraph at the end, also below a table."""
        if isinstance(self.last, Grid | Stamps):
            self._paragraph(1)

    def _gap(self, block: Block) -> None:
        """Word joins tables that touch: a paragraph of no height keeps them apart, and starts a page where one is due."""
        if self.broken or isinstance(self.last, Grid | Stamps):
            self._paragraph(1 if isinstance(block, Grid) else 8)

    def _paragraph(self, points: float | None = None) -> "Paragraph":
        from docx.shared import Pt

        made = self.document.add_paragraph()
        made.paragraph_format.page_break_before = self.broken or None
        self.broken = False
        if points is not None:
            made.paragraph_format.line_spacing = Pt(points)
            self._run(made, "", 1)
        return made

    def _line(self, line: Line) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        font, form, letter, align, colour, (above, below) = STYLES[line.style]
        size = letter if self.paper.letter else form
        made = self._paragraph()
        shape = made.paragraph_format
        shape.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
        shape.space_before, shape.space_after = Pt(above), Pt(below)
        if self.paper.letter and line.style in ("body", "plain", "heading"):
            shape.line_spacing = Pt(28)
        if line.style == "body":
            shape.first_line_indent = Pt(2 * size)
        shape.keep_with_next = (line.style == "heading") or None
        self._run(made, line.text, size, font=font, colour=colour, bold=line.style == "heading")

    def _rule(self, rule: Rule) -> None:
        edge = element("bottom", val="single", sz=12 if rule.red else 6, space=1, color=RED if rule.red else "000000")
        # Word wants the properties of a paragraph in the order of its schema.
        self._paragraph(6)._p.get_or_add_pPr().insert_element_before(element("pBdr", edge), "w:spacing")

    def _picture(self, picture: Picture) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        at = self._paragraph()
        at.alignment = WD_ALIGN_PARAGRAPH.CENTER
        at.add_run().add_picture(io.BytesIO(picture.png), width=Mm(min(picture.width_mm, self.width)))
        if picture.caption:
            self._line(Line(picture.caption, "note"))

    def _table(self, grid: Grid) -> None:
        whole = sum(grid.columns)
        widths = [round(one / whole * self.width * _TWIPS) for one in grid.columns]
        table = _frame(widths, framed=True)
        cells: dict[tuple[int, int], Placed] = {(one.row, one.column): one for one in placed(grid)}
        for row in range(len(grid.rows)):
            properties = element("trPr", element("cantSplit"), element("tblHeader")) if row < grid.heads else None
            table.append(line := element("tr", *([properties] if properties is not None else [])))
            column = 0
            while column < len(widths):
                one = cells[(row, column)]
                if one.row == row and (last := row + one.cell.rows - 1) > row:
                    cells.update({(under, column): one for under in range(row + 1, last + 1)})
                line.append(self._cell(one, row, widths))
                column += one.cell.span
        self._add(table)

    def _add(self, table: Any) -> None:
        self.document.element.body.insert_element_before(table, "w:sectPr")

    def _cell(self, one: Placed, row: int, widths: Sequence[int]) -> Any:
        cell = one.cell
        shape = element("tcPr", element("tcW", w=sum(widths[one.column : one.column + cell.span]), type="dxa"))
        if cell.span > 1:
            shape.append(element("gridSpan", val=cell.span))
        if cell.rows > 1:
            shape.append(element("vMerge", val="restart" if row == one.row else "continue"))
        if cell.head:
            shape.append(element("shd", val="clear", color="auto", fill=SHADE))
        shape.append(element("vAlign", val="top" if cell.top else "center"))
        box = element("tc", shape)
        at = _inside(box, cell.align)
        if row == one.row:
            self._words(at, cell)
        return box

    def _words(self, at: "Paragraph", cell: Cell) -> None:
        if cell.text:
            self._run(at, cell.text, cell.size or self.size, bold=cell.head)
        if cell.note:
            self._run(at, behind(cell), 7.5, colour=GREY)

    def _stamps(self, stamps: Stamps) -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Twips

        letter = self.paper.letter
        width = round(self.width * _TWIPS / len(stamps.parties))
        table = _frame([width] * len(stamps.parties), framed=not letter)
        table.append(row := element("tr", element("trPr", element("cantSplit"))))
        for who, label in stamps.parties:
            row.append(box := element("tc", element("tcPr", element("tcW", w=width, type="dxa"))))
            seal, size = "（盖章）", 16 if letter else self.size
            if letter:
                self._run(_inside(box, "center"), "\n".join(filter(None, [who, label, seal])), size)
            else:
                self._run(_inside(box, "left"), f"{who}\n\n", size)
                at = _inside(box, "left")
                self._run(at, f"{label}：\t{seal}" if label else f"\t{seal}", size)
                at.paragraph_format.tab_stops.add_tab_stop(Twips(width - 160), WD_TAB_ALIGNMENT.RIGHT)
                self._run(_inside(box, "right"), "年　　月　　日", size)
        self._add(table)
        if letter:
            self._line(Line(chinese(self.paper.dated_on) or "　　年　　月　　日", "right"))


def _fonts(name: str) -> Any:
    return element("rFonts", ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=name)


def _frame(widths: Sequence[int], *, framed: bool) -> Any:
    """An empty table of fixed widths (twips)."""
    edge = {"val": "single", "sz": 4, "space": 0, "color": "000000"} if framed else {"val": "nil"}
    edges = [element(side, **edge) for side in ("top", "left", "bottom", "right", "insideH", "insideV")]
    inner = [
        element(side, w=40 if side in ("top", "bottom") else 70, type="dxa")
        for side in ("top", "left", "bottom", "right")
    ]
    shape = element(
        "tblPr",
        element("tblW", w=sum(widths), type="dxa"),
        element("jc", val="center"),
        element("tblBorders", *edges),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *inner),
    )
    return element("tbl", shape, element("tblGrid", *(element("gridCol", w=width) for width in widths)))


def _inside(box: Any, align: str) -> "Paragraph":
    """A new paragraph in a cell."""
    from docx.text.paragraph import Paragraph

    box.append(made := element("p", element("pPr", element("jc", val=align))))
    return Paragraph(made, box)


def _watermark(landscape: bool) -> Any:
    """草稿 behind the text of each page, as Word itself draws watermarks."""
    from docx.oxml import parse_xml

    turn = 333 if landscape else 310
    return parse_xml(
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office"><w:rPr><w:noProof/></w:rPr><w:pict>'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
        '<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
        '</v:shapetype><v:shape id="draft" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;'
        f"width:320pt;height:130pt;rotation:{turn};z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
        '" o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".6"/>'
        f'<v:textpath style="font-family:&quot;{HEI}&quot;;font-size:1pt" string="草稿"/></v:shape></w:pict></w:r>'
    )
