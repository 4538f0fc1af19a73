"""采购与合同: packages with their items, contracts, steps."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from funds.forms.fields import FilesField, MoneyFormField
from funds.queries.pages import categories_of
from funds.rules.contracts import AFTER_SIGNING, MOST_ITEMS, ORDER
from funds.rules.procurement import PROCUREMENT
from policy.money import ZERO
from policy.terms import PurchaseStage
from ui.forms import DateInput, MoneyInput, ProjectForm

LINES = 8  # a page begins with so many and grows by as many
PARTS = ("name", "model", "quantity", "price")
WAYS = [("", "未填"), *((way, way) for way in PROCUREMENT)]
MOST = 100_000
LONG = 12  # characters of the longest name of a line


class _OfCategory(ProjectForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(item.code, item.name) for item in categories_of(self.project)]  # type: ignore[attr-defined]


class PackageForm(_OfCategory):
    """`items`: name, model, quantity, unit price of each line that has a name. `count`: how many lines stand open."""

    name = forms.CharField(label="采购包名称", max_length=120)
    category = forms.ChoiceField(label="支出类别")
    procurement = forms.ChoiceField(label="采购方式", choices=[(way, way) for way in PROCUREMENT])
    budget = MoneyFormField(label="采购预算（元）", help_text="不低于下列明细合计，不高于该类别批复预算。")

    def __init__(self, *args: Any, count: int = LINES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(count, LINES), MOST_ITEMS)
        for line in range(self.count):
            self.fields[f"name_{line}"] = forms.CharField(label="名称", max_length=120, required=False)
            self.fields[f"model_{line}"] = forms.CharField(label="规格型号", max_length=120, required=False)
            self.fields[f"quantity_{line}"] = forms.IntegerField(
                label="数量", min_value=1, max_value=MOST, required=False
            )
            self.fields[f"price_{line}"] = MoneyFormField(label="预算单价（元）", required=False, widget=MoneyInput())

    def lines(self) -> list[list[BoundField]]:
        return [[self[f"{part}_{line}"] for part in PARTS] for line in range(self.count)]

    @property
    def more(self) -> int:
        """How many lines may still be opened at once."""
        return min(LINES, MOST_ITEMS - self.count)

    def heads(self) -> list[BoundField]:
        return [self[name] for name in ("name", "category", "procurement", "budget")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kept = {name: data[name] for name in ("name", "category", "procurement", "budget") if name in data}
        return kept | {"items": list(self._items(data))}

    def _items(self, data: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        for line in range(self.count):
            name, model, quantity, price = (data.get(f"{part}_{line}") for part in PARTS)
            if not (name or model or quantity or price):
                continue
            for part, value, said in (("name", name, "名称"), ("quantity", quantity, "数量"), ("price", price, "单价")):
                if not value and f"{part}_{line}" not in self.errors:
                    self.add_error(f"{part}_{line}", f"请填写第 {line + 1} 项的{said}。")
            yield name, model or "", quantity, price


def lines_typed(data: Any) -> int:
    """How many lines a page that was sent has open."""
    found = [int(name[5:]) for name in data if name.startswith("name_") and name[5:].isdecimal() and len(name) < LONG]
    return max(found, default=-1) + 1


class ContractForm(_OfCategory):
    number = forms.CharField(label="合同编号", max_length=80)
    name = forms.CharField(label="合同名称", max_length=160)
    supplier = forms.CharField(label="供应商", max_length=120)
    package_id = forms.TypedChoiceField(label="采购包", required=False, coerce=int, empty_value=None)
    category = forms.ChoiceField(label="支出类别")
    procurement = forms.ChoiceField(label="采购方式", choices=WAYS, required=False)
    amount = MoneyFormField(label="合同金额（元）")
    signed_on = forms.DateField(label="签订日期", widget=DateInput())
    retention = MoneyFormField(label="质保金（元）", least=ZERO, required=False, help_text="没有质保金的留空。")
    retention_due_on = forms.DateField(label="质保金到期日", widget=DateInput(), required=False)
    uploads = FilesField(label="合同扫描件", required=False, help_text="必须上传；已有扫描件的修改时可不再上传。")

    def __init__(self, *args: Any, packages: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package_id"].choices = [("", "不属于采购包"), *((row.pk, row.name) for row in packages)]  # type: ignore[attr-defined]

    def clean_retention(self) -> Any:
        return self.cleaned_data["retention"] or ZERO


class StepForm(ProjectForm):
    """`signed`: of a contract; without it only what comes before signing."""

    stage = forms.ChoiceField(label="步骤")
    day = forms.DateField(label="日期", widget=DateInput())
    number = forms.CharField(label="文号或链接", max_length=160, required=False, help_text="公告编号、网址、单据号。")
    note = forms.CharField(label="说明", max_length=200, required=False)
    amount = MoneyFormField(
        label="变更后合同金额（元）", required=False, help_text="只在合同变更时填写；自变更日期起按此计算未付和超付。"
    )
    pay_until = forms.DateField(
        label="变更后付款期限", widget=DateInput(), required=False, help_text="只在合同变更时填写；没有变的留空。"
    )
    uploads = FilesField(
        label="材料", required=False, help_text="公告、中标通知书、到货单、验收单、补充协议等，可选多个。"
    )

    def __init__(self, *args: Any, signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = (PurchaseStage.PACKAGE, PurchaseStage.SIGNED)
        stages = [stage for stage in ORDER if stage not in own and (signed or stage not in AFTER_SIGNING)]
        if signed:
            stages.append(PurchaseStage.CHANGED)
        else:
            del self.fields["amount"], self.fields["pay_until"]
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in stages]  # type: ignore[attr-defined]


class VoidForm(ProjectForm):
    reason = forms.CharField(label="作废理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
