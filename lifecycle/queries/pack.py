"""The papers of an application, each with where it stands: there, missing, sent back with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from lifecycle.models import Acceptance, PackReturn
from performance.models import Assessment
from performance.queries import final_of
from policy.edition import Edition
from policy.terms import Kind
from projects.models import Attachment, Project
from projects.versions import PACK

SELF_EVALUATION = "self_evaluation"
CODE_OF = {label: code for code, label in PACK.items()}
PACK_ABOUT = "acceptance_pack"
HAVE, MISSING, RETURNED = "have", "missing", "returned"
STATES = {HAVE: "已有", MISSING: "缺", RETURNED: "退回补正"}


@dataclass(frozen=True, slots=True)
class PackItem:
    """`files`: every version that was sent, the newest last. `final`: 期满自评 sent in on its own page."""

    code: str
    label: str
    files: tuple[Attachment, ...]
    state: str
    reason: str = ""
    final: Assessment | None = None

    @property
    def said(self) -> str:
        return STATES[self.state]


def pack_of(edition: Edition, kind: str) -> Mapping[str, str]:
    """Which papers this kind of project needs, by the edition: code -> name."""
    word = edition.word("acceptance_pack_studio" if kind == Kind.STUDIO else "acceptance_pack")
    return {CODE_OF[label]: label for label in word.split(",")}


def pack_files(project: Project, round_: int) -> list[Attachment]:
    """What the unit has uploaded for its next application (about_id = its round)."""
    return list(project.attachments.filter(about=PACK_ABOUT, about_id=round_))


def pack_missing(project: Project, round_: int) -> tuple[str, ...]:
    """The names of the papers that are not there yet; 期满自评 sent in on its page stands for its paper."""
    present = {file.purpose for file in pack_files(project, round_)}
    if SELF_EVALUATION not in present and final_of(project) is not None:
        present.add(SELF_EVALUATION)
    return tuple(label for code, label in pack_of(project.edition, project.kind).items() if code not in present)


def open_return(acceptance: Acceptance | None) -> PackReturn | None:
    """The request for completion that the unit has not answered yet."""
    return acceptance.returns.filter(mended_on=None).first() if acceptance else None


def pack_items(project: Project, round_: int, returned: PackReturn | None = None) -> list[PackItem]:
    """Three statements at the most."""
    kept, final = pack_files(project, round_), final_of(project)
    asked = {item["code"]: item for item in returned.items} if returned else {}
    items = []
    for code, label in pack_of(project.edition, project.kind).items():
        files = tuple(sorted((file for file in kept if file.purpose == code), key=lambda file: file.pk))
        own = final if code == SELF_EVALUATION else None
        ask = asked.get(code)
        if ask and not any(file.pk > int(ask["last"]) for file in files):
            items.append(PackItem(code, label, files, RETURNED, str(ask["reason"]), own))
        else:
            items.append(PackItem(code, label, files, HAVE if files or own else MISSING, "", own))
    return items
