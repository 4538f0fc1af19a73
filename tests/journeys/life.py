"""One project's life over HTTP. Each method is one act, by the person whose act it is, found from 工作台 or the dossier."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from accounts.models import User
from lifecycle.demo import cast as scenes
from lifecycle.demo import people
from lifecycle.demo.papers import paper
from lifecycle.demo.story import bad_values, good_values, publicity, reached
from lifecycle.machine import STEP
from lifecycle.models import PanelCase
from lifecycle.queries import PACK, conditions_of
from performance.models import PERIOD, Target
from performance.queries import filed_sheet
from policy.terms import Attained
from projects.models import Project
from tests.journeys.walker import Walker

FOUNDED = date(2021, 1, 4)
SHARES = {"equipment": 60, "facilities": 15, "instructors": 10, "courses": 10, "activities": 5}
PANEL = 5
_numbers = count(1)
POINT = {"point_0_claim": "场地改造受施工影响。", "point_0_reply": "施工发生在期限届满之后。", "point_0_adopted": "no"}


@dataclass
class Town:
    """Everyone of the province by user name, each with a browser of their own."""

    clock: object
    cast: people.Cast
    walkers: dict[str, Walker] = field(default_factory=dict)

    @classmethod
    def founded(cls, clock):
        clock.to(FOUNDED)
        return cls(clock, people.build(FOUNDED))

    def __getitem__(self, name):
        if name not in self.walkers:
            self.walkers[name] = Walker(self.cast[name])
        return self.walkers[name]

    def stage(self, on):
        """What the demo's scenes are told with, where a test begins late in a life."""
        self.clock.to(on)
        return scenes.Stage(self.cast, on)


def refund(number):
    """What a 冲销 says of the refund, beside the day that is filled in."""
    return {"number": number, "uploads": paper("退款回单")}


@dataclass
class Life:
    """`key`: the unit's people; `ch`, `cf`: its first-review offices' people, "" where there is none."""

    town: Town
    pk: int
    key: str
    ch: str = "ch"
    cf: str = "cf"

    @classmethod
    def of(cls, town, story):
        return cls(town, story.pk, story.key, story.ch, story.cf)

    def __getattr__(self, name):
        """`life.ph`, `life.u1`: the walker."""
        if name in {"u1", "u2"}:
            return self.town[f"{self.key}.{name}"]
        if name in {"ph", "phl", "pf", "pfl", "au", "sa"}:
            return self.town[name]
        raise AttributeError(name)

    @property
    def project(self):
        return Project.objects.select_related("organisation__node").get(pk=self.pk)

    @property
    def url(self):
        return f"/projects/{self.pk}/"

    @property
    def judge(self):
        """Who judges the payments: 市财政, or 省财政 for a unit directly under the province."""
        return self.town[self.cf] if self.cf else self.pf

    @property
    def offices(self):
        return [self.town[name] for name in (self.ch, self.cf) if name]

    def on(self, day):
        self.town.clock.to(day)

    def stands(self, stage):
        """The dossier says so, to the unit and to the province."""
        self.u2.open(self.url).stands(stage)
        return self.ph.open(self.url).stands(stage)

    # 联合决定
    def begin(self, label, who=None):
        """From the dossier to the page where the step is drafted or taken."""
        return (who or self.ph).open(self.url).click(f"去办理：{label}")

    def draft(self, page, **data):
        """The document of a decision and all its papers; the decision's page."""
        form = page.form("送两厅签署")
        papers = {name: paper(name) for name in form.files}
        number = f"示例人社联〔{self.town.clock.day.year}〕{next(_numbers)}号"
        given = {"number": number, "dated_on": str(self.town.clock.day), "reason": "事实清楚，经研究同意。"}
        given |= {name: POINT[name] for name in POINT if name in form.values}
        given |= publicity(self.town.clock.day) if "publicity_from" in form.values else {}
        return page.submit("送两厅签署", **(given | papers | data))

    def sign(self, title, signers=("phl", "pfl")):
        for name in signers:
            page = self.town[name].task(f"签署《{title}》").submit("签署同意")
        return page.says("已生效")

    def decide(self, code, page=None, **data):
        label = STEP[code].label
        self.draft(page or self.begin(label), **data)
        return self.sign(label)

    @classmethod
    def registered(cls, town, day, key, unit, recommender, **offices):
        """登记立项 by hand, with the unit's two people appointed."""
        town.clock.to(day)
        page = town["ph"].open("/projects/register/")
        page.submit(
            "登记", edition="jilin_2025", kind="base", track="new", unit_name=unit, unit_type="technical",
            occupations="车工、铣工、焊工、电工、模具工", recommender=recommender,
        )  # fmt: skip
        project = Project.objects.get(organisation__name=unit)
        people.staff(town.cast, key, project.organisation, on=day)
        return cls(town, project.pk, key, **offices)

    def award(self, day):
        self.on(day)
        self.decide("T01", self.ph.task("拟制立项决定"), projects=[self.pk])
        self.stands("已立项")

    # 绩效目标
    def fill_targets(self, day):
        self.on(day)
        self.u1.task("编制绩效目标").submit("按模板编制", first_year=day.year, years=2)
        page = self.u1.open(f"{self.url}targets/edit/")
        form = page.form("暂存")
        open_values = {
            name: "12"
            for name, value in form.values.items()
            if name.startswith("i") and "-value-" in name and value == [""]
        }
        goals = {name: "目标1：建成实训条件完备的培养载体。" for name in form.values if name.startswith("goal-")}
        page.submit("暂存", **open_values, **goals)
        return self.u1.open(f"{self.url}targets/").silent("送审前还有内容需要处理")

    def submit_targets(self, day):
        self.on(day)
        return self.u2.task("完成并送审绩效目标").click("送审").submit("提交绩效目标").stands("绩效目标审核")

    def first_review(self, day):
        self.on(day)
        for office in self.offices:
            office.task("初审绩效目标", self.url).submit("同意", comment="同意上报")
            office.idle("初审绩效目标")

    def score(self, day):
        self.on(day)
        most = [point.points for point in self.project.edition.review_points]
        points = {f"point_{number}": value for number, value in enumerate(most, 1)}
        for who in (self.ph, self.pf):
            who.task("审核绩效目标", self.url).click("审核打分").submit("提交审核结果", **points)

    def file_targets(self, day):
        self.on(day)
        page = self.ph.task("拟制绩效目标备案决定（优）")
        self.decide("T04", page, projects=[self.pk])
        self.stands("目标已备案")

    # 资金
    def issue(self, day):
        """资金文件 over the whole grant: recorded, signed, seen by the unit."""
        self.on(day)
        number = f"示例财社〔{day.year}〕{next(_numbers)}号"
        self.pf.open(self.url).click("去办理").click("登记资金文件").submit(
            "登记并送签", number=number, title="关于下达高技能人才培养补助资金的通知", dated_on=str(day), source="central",
            total=self.project.grant, upload=paper("资金文件"), **{f"amount-{self.pk}": self.project.grant},
        )  # fmt: skip
        self.pfl.task("签批资金文件").submit("签批")
        self.u2.task("确认到账").submit("确认到账").says("到账已确认")

    def budget(self, day):
        self.on(day)
        cells = {f"cell-{code}-central": self.project.grant * part / 100 for code, part in SHARES.items()}
        self.u1.task("编报预算").submit("暂存", **cells)
        self.u2.open(f"{self.url}funds/budget/").submit("提交会签")
        self.ph.task("会签预算").submit("会签同意")
        self.pf.task("批准预算").submit("批准预算").says("预算已批准，可以列支")

    def start(self, day):
        self.on(day)
        self.ph.task("启动建设期").submit("启动建设期").stands("建设中")

    def record(self, day, category, amount, **data):
        """By U1 with evidence; the payment's page."""
        self.on(day)
        given = {
            "number": f"记-{day:%y%m}-{next(_numbers):03d}", "paid_on": str(day), "category": category,
            "source": "central", "amount": amount, "payee": "示例设备有限公司", "abstract": "第一批建设支出",
            "invoice_number": f"FP{next(_numbers):08d}", "uploads": paper("发票和合同"),
        }  # fmt: skip
        page = self.u1.open(f"{self.url}funds/").click("登记支出")
        return page.submit("暂存", **(given | data)).says("支出已登记为草稿")

    def pay(self, day, category, amount, **data):
        """Recorded, submitted, 认定; the address of the payment."""
        url = self.record(day, category, amount, **data).url
        self.u2.open(url).submit("提交审核").says("已提交财政审核", "在限额内，已占用额度")
        self.recognise(url)
        return url

    def recognise(self, url):
        """认定: by one officer, and from the threshold by another of 省财政 after."""
        page = self.judge.open(url).submit("记录审核结论", verdict="recognised").says("审核结论已记录")
        if "待省财政另一人复审" in page.text:
            self.judge.open(url).says("您不能审核本笔", "初审")
            second = self.town["pf2"] if self.judge is self.pf else self.pf
            second.task("审核支出")
            page = second.open(url).submit("记录审核结论", verdict="recognised")
        return page.says("审核结论已记录").silent("待省财政另一人复审")

    @property
    def checker(self):
        """Who judged it found it: another house of finance confirms what became of it (SD1, SD3)."""
        return self.town["pf2"] if self.judge is self.pf else self.pf

    def give_back(self, day, amount):
        """追回 of what was 不认定: recorded by the unit, confirmed by finance."""
        self.on(day)
        back = {"move": "recovered", "amount": amount, "happened_on": str(day), "number": f"缴-{next(_numbers)}"}
        self.u1.task("处理问题资金").click("登记处理").submit("登记", **back, uploads=paper("缴款书"))
        self.checker.task("复核问题资金处理").click("复核").submit("确认")
        self.u1.open(f"{self.url}funds/found-money/").says("未整改余额0.00 元")

    def spend(self, day, share=90):
        """So many percent of every category in one payment each."""
        for code, part in SHARES.items():
            self.pay(day, code, self.project.grant * part * share / 10000)

    # 验收
    def upload_pack(self, day):
        self.on(day)
        page = self.u1.open(self.url).click("上传验收材料")
        page.submit("上传", **{code: paper(label) for code, label in PACK.items()}).says("材料已保存")

    def apply(self, day):
        self.on(day)
        page = self.u2.task("申请验收")
        page.submit("申请验收", summary="设备购置、场地改造和课程开发任务已全部完成。").stands("验收中")

    def first_check(self, day):
        self.on(day)
        for office in self.offices:
            office.task("提出验收初审意见").submit("提出初审意见", opinion="材料属实，同意验收。")

    def panel(self, day):
        """省人社: 形式审查, the experts of the register, the visit; then each expert's own sheet."""
        self.on(day)
        self.ph.task("形式审查验收申请").submit("受理验收申请").says("验收申请已受理")
        page = self.ph.task("组成验收组").click("组成验收组")
        form = page.form("组成验收组")
        people = form.choices["experts"][:PANEL]
        given = {"experts": people, "leader": people[0], "notice_number": f"示例函{next(_numbers)}号"}
        given |= {f"take_{self.pk}": "on", f"visit_on_{self.pk}": str(day), f"place_{self.pk}": "实训中心"}
        page.submit("组成验收组", notice=paper("验收通知"), **given).says("验收组已组成")
        visit = {
            "visited_on": str(day),
            "place": "实训中心，听取汇报、查阅资料、实地查看",
            "participants": "验收组全体",
        }
        self.ph.task("登记现场验收").submit("保存现场记录", **visit).says("现场验收记录已保存")
        for pk in people:
            self.sheet(User.objects.get(pk=pk))

    def sheet(self, person):
        """By the expert whose sheet it is: the button that hands it in, not the one that keeps it."""
        name = next(name for name, one in self.town.cast.people.items() if one.pk == person.pk)
        page = self.town[name].task("填写专家评审表", self.url)
        values = page.form("提交").values
        points = {key: "10" for key in values if key.startswith("point_")}
        sent = values | points | {"final": "1", "comment": "建设任务完成，同意通过。", "no_conflict": "on"}
        assert page.walker.client.post(page.url, sent).status_code == 302

    def gate_a(self, day, failing=()):
        """省人社: the panel where there is none yet, then what was found for every condition."""
        if not PanelCase.objects.filter(acceptance__project=self.pk).exists():
            self.panel(day)
        self.on(day)
        given = {}
        for item in conditions_of(self.project):
            values = good_values(item.op, item.threshold, [name for name, _ in item.facts])
            values = bad_values(item.op, item.threshold, values) if item.code in failing else values
            given |= {f"{item.code}_{name}": value for name, value in values.items()}
            given[f"{item.code}_evidence"] = "现场核验记录"
        return self.ph.task("核查建设条件").submit("保存核查结果", **given)

    def enter_values(self, day, failing=(), who=None):
        """One department types what was reached; the codes named reach half."""
        self.on(day)
        rows = Target.objects.filter(indicator__sheet=filed_sheet(self.project), block=PERIOD)
        given = {}
        for target in rows.select_related("indicator"):
            value, name = reached(target, target.indicator.template_code in failing), f"v{target.indicator_id}"
            if value.attained:
                given |= {f"{name}-attained": Attained.FULL.value, f"{name}-points": value.points}
            else:
                given |= {f"{name}-actual": value.actual, f"{name}-reason": value.reason}
        return (who or self.ph).task("录入绩效评估实际值").submit("保存", **given)

    def gate_b(self, day, failing=()):
        self.enter_values(day, failing)
        return self.pf.task("确认绩效评估数值").submit("确认数值").says("绩效评估数值已确认")

    def into_acceptance(self, day):
        """The unit's papers and application, the first opinions."""
        self.upload_pack(day)
        self.apply(day)
        self.first_check(day + timedelta(days=7))

    def judged(self, day, a=(), b=()):
        self.gate_a(day, failing=a)
        self.gate_b(day + timedelta(days=1), failing=b)

    def conclude(self, day):
        self.on(day)
        self.ph.task("拟制验收结论或限期整改通知")
        self.decide("T18")
        self.stands("通过验收")

    # 整改
    def order(self, day, term=12):
        self.on(day)
        self.decide("T19", term_months=term)
        self.stands("限期整改")

    def serve(self, day, task="登记整改通知书送达", **data):
        self.on(day)
        page = self.ph.task(task)
        given = {"served_on": str(day), "receiver": "示例签收人", "proof": paper("送达回证")} | data
        return page.submit("登记送达", **given).says("送达已登记")

    def review_legality(self):
        """Whoever did not draft the notice."""
        page = self.pf.task("法制审核")
        given = {
            "office": "政策法规处",
            "passed": "yes",
            "opinion": "事实清楚，程序合法。",
            "proof": paper("审核意见书"),
        }
        page.submit("提交审核意见", **given).says("法制审核意见已登记")

    def answer(self, day):
        """U1: every problem that lacks a measure or a proof."""
        self.on(day)
        page = self.u1.task("填写整改措施")
        for url in dict.fromkeys(href for text, href in page.read.links if text == "填写"):
            self.u1.open(url).submit("保存", answer="已按要求整改，见佐证。", proof=paper("整改佐证"))

    def report(self, day):
        self.on(day)
        self.u2.task("提交整改报告").submit("提交整改报告", text="已逐项整改。").stands("整改复验")

    def recheck(self, day, *, passed, who=None):
        self.on(day)
        page = (who or self.pf).task("整改复验")
        return page.submit("提交复验结果", **recheck_data(page, passed=passed)).says("复验结果已记录")


def recheck_data(page, *, passed):
    given = {"note": "现场复验", "proof": paper("复验记录")}
    for name in page.form().choices:
        number = name.removeprefix("problem_")
        given |= {name: "yes"} if passed else {name: "no", f"why_{number}": "现场查看仍未达到"}
    return given
