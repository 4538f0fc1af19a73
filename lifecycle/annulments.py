"""What courts and reviews annulled of a project's decisions and nobody took back yet. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Annulments:
    """`titles`: by kind of decision. `next`: what the step annul carries out, if anything; `obstacle`: why it must wait.

    `title`: whether the revocation in force is among them, which T32 takes back.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    next: str = ""
    obstacle: str = ""
    title: bool = False


NOTHING = Annulments()
