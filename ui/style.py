"""Invented data for the living style page: every component in every state."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from policy.findings import blocking
from policy.terms import Light, Rank, Severity, Stage, VoucherState
from ui.forms import DateInput, MoneyInput, ProjectForm, RefusedError
from ui.parts import Check, Event, NextStep, Progress, Step, Tab

ON = date(2026, 7, 28)


class SampleFilter(forms.Form):
    q = forms.CharField(
        label="关键词", required=False, widget=forms.TextInput(attrs={"placeholder": "名称 / 编号 / 单位"})
    )
    stage = forms.ChoiceField(label="阶段", required=False, choices=[("", "全部阶段"), *Stage.choices])
    since = forms.DateField(label="立项日期起", required=False, widget=DateInput)
    mine = forms.BooleanField(label="只看需我办理", required=False)


class SampleForm(ProjectForm):
    name = forms.CharField(label="收款单位", help_text="与发票抬头一致，填全称。")
    amount = forms.DecimalField(label="金额", max_digits=15, decimal_places=2, widget=MoneyInput)
    paid_on = forms.DateField(label="支付日期", widget=DateInput)
    category = forms.ChoiceField(label="支出类别", choices=[("", "请选择"), ("equipment", "设施设备购置")])
    scan = forms.FileField(label="凭证扫描件", help_text="PDF、JPG、PNG，不超过 20 MB。")
    source = forms.ChoiceField(
        label="资金来源", choices=[("central", "中央补助"), ("own", "单位自筹")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label="已核对原件，内容一致")


class SampleWeights(forms.Form):
    first = forms.DecimalField(label="产出指标权重", initial="50", widget=MoneyInput)
    second = forms.DecimalField(label="效益指标权重", initial="30", widget=MoneyInput)


def refused_form() -> SampleForm:
    """As it comes back: typed data kept, the finding at its field, one finding about the whole."""
    form = SampleForm({"name": "示例某某科技有限公司", "amount": "30,0000", "source": "central", "note": "第一批设备"})
    form.full_clean()
    form.add_error(
        "category", RefusedError(blocking("over_budget", "设施设备购置仅余 235,000.00 元", "实施方案第五部分（二）"))
    )
    form.add_error(
        None, RefusedError(blocking("hold", "资金处于暂缓拨付状态", "财政厅暂缓通知第 3 条", rank=Rank.NOTICE))
    )
    return form


def rows() -> list[dict[str, Any]]:
    """Four projects; one whose shares are not defined yet."""
    base, studio = "国家级高技能人才培训基地", "国家级技能大师工作室"
    return [
        row(f"{base}（智能制造）", "SL2025-JD-001", "示例市某技师学院", 700, Stage.BUILDING, date(2027, 6, 30), 13, 451, 28),
        row(f"{base}（康养护理）", "SL2025-JD-002", "示例二市某职业学院", 400, Stage.IN_ACCEPTANCE, date(2026, 8, 15), 24, 396, 35),
        row(f"{studio}（数控加工）", "SL2024-DS-003", "示例州某制造企业", 30, Stage.RECTIFYING, date(2026, 7, 20), 22, 13, 21),
        row(f"{studio}（传统烹饪）", "SL2026-DS-001", "示例三市某技工学校", 20, Stage.AWARDED, None, 0, None, None),
    ]  # fmt: skip


def row(
    name: str, number: str, unit: str, grant: int, stage: Stage, due: date | None, months: int, spent: int | None,
    targets: int | None,
) -> dict[str, Any]:  # fmt: skip
    granted = Decimal(grant * 10_000)
    return {
        "url": "#list-title",
        "name": name,
        "number": number,
        "unit": unit,
        "granted": granted,
        "stage": stage,
        "due": due,
        "time": Progress(months, 24, "月"),
        "funds": Progress(None if spent is None else Decimal(spent * 10_000), granted, "万元"),
        "targets": Progress(targets, 36, "项") if targets is not None else None,
    }


def checks() -> list[Check]:
    return [
        Check(True, "绩效目标已经人社、财政两部门审核备案", clause="财预〔2015〕163号 第十一条"),
        Check(False, "补助资金支出率 64.43%，应达到 80%（451.00 / 700.00 万元）", "#funds", "实施方案第七部分（一）"),
        Check(False, "2 张凭证尚待认定，合计 18.60 万元", "#vouchers"),
        Check(True, "检查发现的 3 个问题均已整改并复核"),
    ]


def events() -> list[Event]:
    return [
        Event(
            "2026-07-28 09:12", "退回补正", "凭证 PZ-2026-1182：发票抬头与实施单位不一致", "王某某（市财政经办）", "red"
        ),
        Event(
            "2026-07-20 16:40", "限期整改", "对 SL2024-DS-003 下达整改通知，期限 180 天", "省人社厅、省财政厅", "orange"
        ),
        Event("2026-07-02 10:05", "备案", "SL2025-JD-001 第 3 版绩效目标备案", "李某（省财政）", "green", "#"),
        Event(date(2026, 6, 30), "到账", "中央补助 350.00 万元到账", "示例市某技师学院", "blue"),
    ]


def steps(second: str = "now") -> list[Step]:
    return [
        Step("目标备案", date(2025, 8, 15), "done"),
        Step("资金下达", date(2025, 10, 9), "done"),
        Step("建设实施", None, second, "第 13 / 24 月" if second == "now" else "进度未达标"),
        Step("监督检查", "2026-12", "todo", "第 2 次"),
        Step("验收与评价", "2027-07", "todo"),
        Step("结项", None, "todo"),
    ]


def samples(page: str | None) -> dict[str, Any]:
    number = page if page and page.isdecimal() else "3"
    return {
        "title": "样式页",
        "on": ON,
        "rows": rows(),
        "page_obj": Paginator(range(248), 20).get_page(number),
        "filter_form": SampleFilter(),
        "form": SampleForm(),
        "weights": SampleWeights(),
        "steps": steps(),
        "failed_steps": steps("failed"),
        "checks": checks(),
        "checks_done": [Check(True, "全部凭证已认定"), Check(True, "两部门已签")],
        "events": events(),
        "next": NextStep("认定第二季度支出凭证", "示例市财政局 · 王某某", date(2026, 7, 21), date(2026, 8, 4), url="#next"),
        "late": NextStep("提交整改报告", "示例州某制造企业 · 经办", date(2026, 1, 20), date(2026, 7, 20), "已发提醒 2 次"),
        "stages": list(Stage),
        "states": list(VoucherState),
        "lights": list(Light),
        "severities": list(Severity),
        "tabs": [Tab("概况", "#", active=True), Tab("绩效目标", "#"), Tab("资金", "#", count=2), Tab("建设进度与监控", "#"),
                 Tab("检查与问题", "#"), Tab("验收与评价", "#"), Tab("整改与称号", "#"), Tab("材料", "#"), Tab("日志", "#")],
        "facts": [("项目编号", "SL2025-JD-001"), ("实施单位", "示例市某技师学院"), ("类别", "生产制造 · 新建"),
                  ("批复文号", "示例财社指〔2025〕0001 号"), ("建设期", "2025-07-01 至 2027-06-30"), ("推荐部门", None)],
        "why_inputs": [("已认定支出", "451.00 万元"), ("批复", "700.00 万元"), ("已过建设期", "13 / 24 月")],
        "spent": Decimal(2_965_000), "budget": Decimal(3_200_000), "pending": Decimal(186_000), "zero": Decimal(0),
        "notes": [
            Message(constants.SUCCESS, "支出已登记，待财务认定"), Message(constants.WARNING, "距季度填报截止还有 3 天"),
            Message(constants.ERROR, "凭证已认定，不能重复审核（依据：操作手册 5）"), Message(constants.INFO, "已提交，请勿重复"),
        ],
    }  # fmt: skip


def refusal() -> dict[str, Any]:
    return {"title": "登记支出", "form": refused_form(), "submit_label": "送审", "cancel_url": "../"}


def confirmation() -> dict[str, Any]:
    return {
        "title": "申请验收",
        "form": forms.Form(),
        "consequences": [
            "项目由“建设中”转为“验收中”，绩效目标和支出记录停止修改",
            "通知省人社厅、省财政厅，15 个工作日内组织验收",
        ],
        "checklist": checks(),
        "submit_label": "确认申请验收",
        "cancel_url": "../",
    }
