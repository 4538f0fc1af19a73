"""The words of the trade, once: models, rules and templates all take them from here.

TextChoices is the one thing taken from Django: it needs no settings and no database.
"""

from django.db.models import TextChoices


class Kind(TextChoices):
    BASE = "base", "高技能人才培训基地"
    STUDIO = "studio", "技能大师工作室"


class Sector(TextChoices):
    """职业类别: decides the amount (notice, part five)."""

    MANUFACTURING = "manufacturing", "生产制造"
    SERVICES = "services", "社会生产和生活服务"


class Track(TextChoices):
    NEW = "new", "新建"
    EXISTING = "existing", "已建"


class UnitType(TextChoices):
    ENTERPRISE = "enterprise", "企业"
    TECHNICAL = "technical", "技工院校"
    VOCATIONAL = "vocational", "职业院校"
    PUBLIC_BASE = "public_base", "公共实训基地"


class NodeKind(TextChoices):
    PROVINCE = "province", "省"
    CITY = "city", "市（州）"
    COUNTY = "county", "县（市、区）"
    DEPARTMENT = "department", "省直部门"


class Line(TextChoices):
    """The line an organisation works in."""

    HR = "hr", "人社"
    FINANCE = "finance", "财政"
    RECOMMENDER = "recommender", "推荐部门"
    UNIT = "unit", "项目单位"
    SYSTEM = "system", "系统与审计"


class Stage(TextChoices):
    """The 13 stages (handbook 12)."""

    DRAFT = "draft", "待立项"
    AWARDED = "awarded", "已立项"
    TARGET_REVIEW = "target_review", "绩效目标审核"
    TARGET_FILED = "target_filed", "目标已备案"
    BUILDING = "building", "建设中"
    IN_ACCEPTANCE = "in_acceptance", "验收中"
    ACCEPTED = "accepted", "通过验收"
    RECTIFYING = "rectifying", "限期整改"
    RECHECKING = "rechecking", "整改复验"
    REVOCATION_NOTICE = "revocation_notice", "拟取消告知"
    REVOKED = "revoked", "取消称号"
    SETTLED = "settled", "已清算"
    TERMINATED = "terminated", "终止"


class Severity(TextChoices):
    NOTICE = "notice", "提示"
    WARNING = "warning", "预警"
    BLOCKING = "blocking", "不得通过"


class Rank(TextChoices):
    """Rank of a rule (handbook 0)."""

    LAW = "law", "法规"
    NOTICE = "notice", "通知"
    PROVINCE = "province", "本省设定"
    DEFAULT = "default", "系统默认"


class VoucherState(TextChoices):
    """What people have said of a payment (handbook 5)."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待认定"
    RECOGNISED = "recognised", "认定"
    QUESTIONED = "questioned", "暂不认定"
    DISALLOWED = "disallowed", "不认定"
    RETURNED = "returned", "退回补正"


class Source(TextChoices):
    """资金来源."""

    CENTRAL = "central", "中央补助"
    PROVINCIAL = "provincial", "省级"
    LOCAL = "local", "市县"
    OWN = "own", "单位自筹"
    OTHER = "other", "其他"


class Operator(TextChoices):
    """计算符号 of an indicator."""

    GE = "ge", "≥"
    GT = "gt", ">"
    EQ = "eq", "="
    LE = "le", "≤"
    LT = "lt", "<"
    QUALITATIVE = "qualitative", "定性"


class Aggregation(TextChoices):
    SUM = "sum", "累计"
    LATEST = "latest", "期末值"
    AVERAGE = "average", "平均"
    RATIO = "ratio", "分子÷分母"


class Frequency(TextChoices):
    """报送频次 of an indicator: each quarter's round, the year's, or once at the end of the build."""

    QUARTER = "quarter", "季"
    YEAR = "year", "年"
    FINAL = "final", "期末"


class EvidenceKind(TextChoices):
    """Where a reading is proved (handbook 4: evidence is born in two registers)."""

    CLASSES = "classes", "班次台账"
    ASSETS = "assets", "设备台账"
    LEDGER = "ledger", "资金账"
    FILE = "file", "佐证材料"


class Draw(TextChoices):
    """What a register gives an indicator by itself; the unit then types no figure."""

    TRAINED = "trained", "培训人次"
    HIGH_SKILL = "high_skill", "其中高级工及以上人次"
    PASS_RATE = "pass_rate", "合格人次÷培训人次"
    SATISFACTION = "satisfaction", "满意人数÷受访人数"
    CERTIFIED = "certified", "取得高级工及以上证书人数"
    SUBSIDISED = "subsidised", "政府补贴性培训人次"
    APPRENTICES = "apprentices", "企业新型学徒制培养人数"
    ASSETS = "assets", "设备台账登记台（套）数"


class Attained(TextChoices):
    """Three levels of a qualitative indicator."""

    FULL = "full", "达成年度指标"
    PARTLY = "partly", "部分达成年度指标并具有一定效果"
    NOT = "not", "未达成年度指标且效果较差"


class Grade(TextChoices):
    EXCELLENT = "excellent", "优"
    GOOD = "good", "良"
    FAIR = "fair", "中"
    POOR = "poor", "差"


class Light(TextChoices):
    RED = "red", "红灯"
    YELLOW = "yellow", "黄灯"
    GREEN = "green", "绿灯"
    BLUE = "blue", "蓝灯"
    UNDEFINED = "undefined", "不适用"


class ArrivalMode(TextChoices):
    """到账方式: what arrives under it is a quota, cash, or a repayment of what was claimed (handbook 5)."""

    QUOTA = "quota", "国库集中支付"
    CASH = "cash", "实拨"
    CLAIM = "claim", "报账"


class DocumentKind(TextChoices):
    """What a 资金文件 does to the money of the projects it lists."""

    ISSUE = "issue", "下达"
    REISSUE = "reissue", "结转下年再下达"
    SWEEP = "sweep", "年末收回"
    REDUCE = "reduce", "核减"


class PayWay(TextChoices):
    TRANSFER = "transfer", "转账"
    QUOTA = "quota", "财政直接支付"
    CARD = "card", "公务卡"
    CASH = "cash", "现金"


class EntryType(TextChoices):
    """入账性质: a row of its period, one that came late, or one that corrects an earlier period."""

    ORDINARY = "ordinary", "本期"
    LATE = "late", "补录"
    CORRECTION = "correction", "以前期更正"


class PurchaseStage(TextChoices):
    """采购与合同的步骤, in their order; 合同变更 may stand anywhere after 签约."""

    PACKAGE = "package", "采购包"
    INTENTION = "intention", "意向公开"
    PROCURED = "procured", "采购完成"
    SIGNED = "signed", "签约"
    DELIVERED = "delivered", "到货"
    ACCEPTED = "accepted", "验收"
    RETENTION = "retention", "质保金付清"
    CHANGED = "changed", "合同变更"


class Occasion(TextChoices):
    """What a 清算 is prepared for."""

    ACCEPTANCE = "acceptance", "通过验收"
    TERMINATION = "termination", "项目终止"
    REVOCATION = "revocation", "取消称号"


class SampleMethod(TextChoices):
    """抽样方法 of an audit."""

    AMOUNT = "amount", "按金额从大到小"
    RISK = "risk", "按风险从高到低"
    RANDOM = "random", "随机"


class FoundMoneyMove(TextChoices):
    """问题资金 moves: what takes an amount off the 未整改余额."""

    PROVED = "proved", "补证"
    RECOVERED = "recovered", "追回"
    WRITTEN_OFF = "written_off", "核销"
