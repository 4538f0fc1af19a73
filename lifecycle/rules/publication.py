"""公布取消称号: the text made from the decision, and the check that no personal data stands in it. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from policy.findings import Finding, blocking
from policy.terms import Rank

PUBLICITY = {"publicity_from": "公示开始日期", "publicity_to": "公示截止日期"}

IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|\d{15})(?![0-9A-Za-z])")
PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-－]?\d{7,8}|400[-－]?\d{3}[-－]?\d{4})(?!\d)")
PRIVACY = "个人信息保护（手册第十三节）"
PERSONAL = re.compile(r"(?:身份证|手机|联系电话|住址|家庭地址|银行账号|银行卡号)")


def text_of(*, title: str, unit: str, number: str, dated_on: date, cause: str, programme: str, basis: str) -> str:
    """What may be made public: which title, of which unit, by which document, on what ground."""
    return (
        f"根据{basis}，因{cause}，经研究决定（{number}，{dated_on:%Y年%-m月%-d日}），"
        f"取消{unit}承担的“{title}”（{programme}）称号。特此公布。"
    )


def check_publication(text: str, *, names: Iterable[str], public: Iterable[str]) -> Iterator[Finding]:
    """`names`: persons the project knows; `public`: official names (of the title, the unit) that may contain one."""
    if not text.strip():
        yield _no("text", "请填写公布内容。")
        return
    rest = re.sub(r"[ \t\u3000]", "", text)
    for known in sorted(public, key=len, reverse=True):
        rest = rest.replace(re.sub(r"[ \t\u3000]", "", known), "")
    digits = rest.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if found := IDENTITY.search(digits):
        yield _no("identity", f"公布内容含有疑似身份证号（{found[0][:3]}…），请删去。")
    if found := PHONE.search(digits):
        yield _no("phone", f"公布内容含有电话号码（{found[0][:3]}…），请删去。")
    if found := PERSONAL.search(rest):
        yield _no("personal", f"公布内容含有“{found[0]}”，请删去有关个人信息。")
    for name in sorted({name.strip() for name in names if len(name.strip()) > 1}):
        if name in rest:
            yield _no("name", f"公布内容含有个人姓名“{name}”，请删去。")


def _no(code: str, message: str) -> Finding:
    return blocking(code, message, PRIVACY, rank=Rank.LAW, field="text")
