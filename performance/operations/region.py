"""区域绩效表: the province's words beside the figures, and the sheet as it is issued."""

from collections.abc import Mapping
from datetime import date

from accounts import journal
from accounts.journal import operation
from accounts.models import User
from accounts.persons import is_hand
from accounts.roles import Action
from performance.models import RegionSheet
from performance.queries.region import region_of
from performance.rules.region_form import WORDS, check_words, content_of, digest_of
from policy.findings import refuse, refuse_if_blocking
from policy.loader import configured
from projects import access
from ui.versions import refuse_stale, version_of

Kind, State = RegionSheet.Kind, RegionSheet.State


@operation("编制区域绩效表")
def save_region(
    *,
    edition_code: str,
    kind: str,
    year: int,
    words: Mapping[str, str],
    actor: User,
    on: date,
    seen: str | None = None,
) -> RegionSheet:
    """Keep the province's words; the figures are worked out anew on each reading until the sheet is issued."""
    access.require(actor, Action.EDIT_REGION)
    if edition_code not in configured() or kind not in Kind.values:
        refuse("region", "没有这一政策或表式，请从列表中选择。")
    sheet = (
        RegionSheet.objects.select_for_update(no_key=True)
        .filter(edition_code=edition_code, kind=kind, year=year)
        .first()
    )
    refuse_stale(seen, version_of(words_of(sheet)))
    if sheet is not None and sheet.state == State.ISSUED:
        refuse("issued", f"{sheet}已于 {sheet.issued_on} 定稿，不再改动。")
    kept = {name: words.get(name, "").strip() for name in WORDS[Kind(kind)]}
    refuse_if_blocking(check_words(kept, complete=False))
    sheet, _ = RegionSheet.objects.update_or_create(
        edition_code=edition_code,
        kind=kind,
        year=year,
        defaults={"words": kept},
        create_defaults={"words": kept, "drafted_by": actor, "drafted_on": on},
    )
    journal.record(subject=f"region:{sheet.pk}", text=f"填写《{sheet}》的文字内容")
    return sheet


def words_of(sheet: RegionSheet | None) -> dict[str, str]:
    return dict(sheet.words) if sheet else {}


@operation("定稿区域绩效表")
def issue_region(sheet_id: int, *, actor: User, on: date) -> RegionSheet:
    """The figures as they stand and the words become the sheet that was issued; who had not reported is written in it."""
    access.require(actor, Action.ISSUE_REGION)
    sheet = RegionSheet.objects.select_for_update(no_key=True).get(pk=sheet_id)
    if sheet.state == State.ISSUED:
        refuse("issued", f"{sheet}已于 {sheet.issued_on} 定稿，无需重复办理。")
    if is_hand(actor, sheet.drafted_by_id):
        refuse("sod", "本表由您编制，须由另一位负责人定稿。", "职责分离 SD1")
    refuse_if_blocking(check_words(sheet.words, complete=True))
    region = region_of(sheet.edition_code, sheet.kind, sheet.year, actor, on)
    if not region.asked:
        refuse("empty", "本年度没有可以汇总的项目，不能定稿。")
    sheet.content = content_of(region, sheet.words, on)
    sheet.digest, sheet.state = digest_of(sheet.content), State.ISSUED
    sheet.issued_by, sheet.issued_on = actor, on
    sheet.save(update_fields=["content", "digest", "state", "issued_by", "issued_on"])
    journal.record(subject=f"region:{sheet.pk}", text=f"《{sheet}》定稿，{region.told}", digest=sheet.digest)
    return sheet
