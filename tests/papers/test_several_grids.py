"""Rows that a workbook repeats on each page head only what is theirs."""

import io

from openpyxl import load_workbook

from papers import Cell, Grid, Paper, render


def grid(name, rows):
    return Grid(
        (1, 1), ((Cell(name, head=True), Cell("列", head=True)), *((Cell(str(n)), Cell("")) for n in range(rows))), 1
    )


def repeated(*grids):
    return load_workbook(io.BytesIO(render(Paper("F07", "示例表", grids), "xlsx"))).active.print_title_rows


def test_a_long_list_repeats_its_head_on_every_page():
    assert repeated(grid("甲", 120)) == "$2:$2"


def test_the_head_of_one_list_does_not_stand_over_the_next():
    assert repeated(grid("甲", 120), grid("乙", 4)) is None
    assert repeated(grid("甲", 120), grid("乙", 120)) == "$123:$123"
