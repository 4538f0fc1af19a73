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
