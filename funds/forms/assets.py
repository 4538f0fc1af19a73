"""设备台账: the card, its retirement, the visit on site, the filter."""

from typing import Any

from django import forms

from funds.forms.fields import FilesField, MoneyFormField
from funds.queries.assets import STATES
from ui.forms import DateInput, ProjectForm

PHOTO = "image/jpeg,image/png"
MOST = 100_000


class AssetForm(ProjectForm):
    card_number = forms.CharField(label="资产卡号", max_length=80)
    name = forms.CharField(label="设备名称", max_length=120)
    model = forms.CharField(label="规格型号", max_length=120, required=False)
    room = forms.CharField(label="存放地点", max_length=120, help_text="楼、层、房间，核对人员按此查找。")
    keeper = forms.CharField(label="保管人", max_length=40, required=False)
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=MOST, initial=1)
    unit_price = MoneyFormField(label="单价（元）")
    acquired_on = forms.DateField(label="取得日期", widget=DateInput())
    voucher_id = forms.TypedChoiceField(label="支出凭证", required=False, coerce=int, empty_value=None)
    contract_id = forms.TypedChoiceField(label="合同", required=False, coerce=int, empty_value=None)
    photos = FilesField(label="照片", required=False, help_text="铭牌和整机各一张为好。")

    def __init__(self, *args: Any, vouchers: Any = (), contracts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs["accept"] = PHOTO
        self.fields["voucher_id"].choices = [  # type: ignore[attr-defined]
            ("", "未关联"),
            *((row.pk, f"{row.number} {row.payee} {row.amount:,} 元") for row in vouchers),
        ]
        self.fields["contract_id"].choices = [("", "未关联"), *((row.pk, str(row)) for row in contracts)]  # type: ignore[attr-defined]


class RetireForm(ProjectForm):
    retired_on = forms.DateField(label="处置日期", widget=DateInput())
    reason = forms.CharField(
        label="处置原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="报废、调拨、损坏等，并写明批准文号。",
    )


class CheckForm(ProjectForm):
    """On site, on a phone: two buttons send it."""

    found = forms.TypedChoiceField(
        label="账实是否相符",
        choices=[("yes", "相符"), ("no", "不符")],
        coerce=lambda value: value == "yes",
        widget=forms.HiddenInput,
    )
    room = forms.CharField(label="所在地点", max_length=120, required=False, help_text="与卡片不同时改写。")
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="不相符的必须写明情况。")
    photos = FilesField(label="现场照片", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs |= {"accept": PHOTO, "capture": "environment"}


class AssetFilter(forms.Form):
    q = forms.CharField(label="名称、卡号、标签码", required=False, max_length=60)
    room = forms.CharField(label="地点", required=False, max_length=60)
    keeper = forms.CharField(label="保管人", required=False, max_length=40)
    state = forms.ChoiceField(label="核对情况", required=False, choices=[("", "全部"), *STATES.items()])

    def asked(self) -> dict[str, Any]:
        return self.cleaned_data if self.is_valid() else {}
