"""报账批次: gathering, signing, passing, returning."""

from collections.abc import Iterable
from typing import Any

from django import forms

from funds.models import Voucher
from ui.forms import ProjectForm


class GatherForm(ProjectForm):
    """Which drafts go into the batch. The ids are found through the project by the operation."""

    vouchers = forms.TypedMultipleChoiceField(label="支出", coerce=int, required=False)
    title = forms.CharField(label="批次名称", max_length=80, required=False, help_text="可留空，按月份命名。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.project.vouchers.values_list("pk", "number")
        self.fields["vouchers"].choices = list(rows)  # type: ignore[attr-defined]


class RowForm(ProjectForm):
    voucher = forms.IntegerField(widget=forms.HiddenInput)


class PassForm(ProjectForm):
    opinion = forms.CharField(
        label="审核意见", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnBatchForm(ProjectForm):
    """One remark for all, and one for each row that needs its own: 一次性告知."""

    opinion = forms.CharField(
        label="总体理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="没有单独填写的各笔都按此理由退回。",
    )

    def __init__(self, *args: Any, rows: Iterable[Voucher] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"row_{row.pk}"] = forms.CharField(
                label=f"{row.number}　{row.payee}　{row.amount:,} 元", max_length=300, required=False
            )

    @property
    def remarks(self) -> dict[int, str]:
        given = self.cleaned_data.items()
        return {int(name[4:]): text for name, text in given if name.startswith("row_") and text}
