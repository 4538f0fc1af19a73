"""Words in a cell as the codes they stand for. One reading is taken, and said; two readings are asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from funds.rules.procurement import PROCUREMENT, SYNONYMS
from policy.edition import Category
from policy.terms import PayWay, Source
from workbooks.headers import words

FEWEST_SIGNS = 4  # of a category's name; less says too little
_ORDINAL = re.compile(r"^(?:[\d一二三四五六七八九十]{1,3}[、.．)）]|[(（][\d一二三四五六七八九十]{1,3}[)）])\s*")

SOURCE_WORDS: Mapping[str, str] = {
    Source.CENTRAL: "中央|国家",
    Source.PROVINCIAL: "省",
    Source.LOCAL: "市|县|区级|地方",
    Source.OWN: "自筹|自有",
    Source.OTHER: "其他|其它",
}
PAY_WORDS: Mapping[str, str] = {
    PayWay.TRANSFER: "转账|银行|汇款|网银|对公",
    PayWay.QUOTA: "直接支付|授权支付|国库",
    PayWay.CARD: "公务卡",
    PayWay.CASH: "现金",
}
TAX_WORDS = {"含税": True, "是": True, "不含税": False, "否": False, "未含税": False}


@dataclass(frozen=True, slots=True)
class Meant:
    """`code` "" where it cannot be told; `exact`: it was written just so; `near`: what may have been meant."""

    code: str
    exact: bool = True
    near: tuple[str, ...] = ()


def category_of(text: str, categories: Iterable[Category]) -> Meant:
    """By its name; or by a part of it (signs left out, order kept) that fits one category and no other."""
    found = tuple(categories)
    bare = words(_ORDINAL.sub("", text))
    for item in found:
        if bare == words(item.name):
            return Meant(item.code, exact=text.strip() == item.name)
    fitting = [item.code for item in found if len(bare) >= FEWEST_SIGNS and _within(bare, words(item.name))]
    if len(fitting) == 1:
        return Meant(fitting[0], exact=False)
    return Meant("", near=tuple(get_close_matches(text, [item.name for item in found], n=2, cutoff=0.4)))


def _within(part: str, whole: str) -> bool:
    """Every sign of `part` stands in `whole` in the same order."""
    rest = iter(whole)
    return all(sign in rest for sign in part)


def source_of(text: str) -> Meant:
    return _one_of(text, SOURCE_WORDS, dict(Source.choices))


def pay_way_of(text: str) -> Meant:
    return _one_of(text, PAY_WORDS, dict(PayWay.choices))


def _one_of(text: str, patterns: Mapping[str, str], labels: Mapping[str, str]) -> Meant:
    bare = words(text)
    exact = next((code for code, label in labels.items() if bare == words(label)), "")
    if exact:
        return Meant(exact, exact=text.strip() == labels[exact])
    hits = [code for code, pattern in patterns.items() if re.search(pattern, bare)]
    return Meant(str(hits[0]), exact=False) if len(hits) == 1 else Meant("")


def procurement_of(text: str) -> Meant:
    known = {words(way): way for way in PROCUREMENT} | {words(word): way for word, way in SYNONYMS.items()}
    way = known.get(words(text), "")
    return Meant(way, exact=way == text.strip())
