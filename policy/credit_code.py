"""统一社会信用代码 (GB 32100-2015): tidied for comparison, checked to the last digit."""

import unicodedata

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, Z, S, V
_LENGTH = 18
_MODULUS = 31
_LIKELY_MEANT = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}


def tidy_credit_code(code: str) -> str:
    return "".join(unicodedata.normalize("NFKC", code).split()).upper()


def check_credit_code(code: str) -> str | None:
    """What is wrong with it, in words for the user; None where it is right."""
    text = tidy_credit_code(code)
    mend = "请按营业执照或法人证书核对后重新填写。"
    if len(text) != _LENGTH:
        return f"统一社会信用代码应为 18 位，现为 {len(text)} 位。{mend}"
    wrong = next((sign for sign in text if sign not in _SIGNS), "")
    if wrong:
        meant = _LIKELY_MEANT.get(wrong)
        hint = f"，是否应为 {meant}？" if meant else "。"
        return f"统一社会信用代码不使用“{wrong}”{hint}{mend}"
    total = sum(_SIGNS.index(sign) * pow(3, place, _MODULUS) for place, sign in enumerate(text[:-1]))
    if _SIGNS[-total % _MODULUS] != text[-1]:
        return f"统一社会信用代码校验位不符，可能有一位填错。{mend}"
    return None
