"""Who is told of a rung: first who must act; after the day the next level up, and the next (县、市 → 省 → 两厅负责人)."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from accounts.queries import people_who_may
from accounts.roles import UNIT_ROLES, Action, grants
from lifecycle.rules.deadlines import LegalDate, Rule
from projects.models import Project

CITY = (Action.FIRST_REVIEW_HR, Action.FIRST_REVIEW_FINANCE)
PROVINCE = (Action.START_BUILDING, Action.JUDGE_VOUCHER)
LEADERS = (Action.SIGN_DECISION,)
NAMES = ("承办人", "市县主管部门", "省级经办", "两厅负责人")


@dataclass(frozen=True, slots=True)
class Told:
    people: tuple[User, ...]
    note: str = ""


def levels_of(rule: Rule) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(name, who) from who must act upwards. What the departments must do has no city above it."""
    first = (NAMES[0], (rule.action,))
    above = ((NAMES[1], CITY), (NAMES[2], PROVINCE)) if set(grants(rule.action)) & UNIT_ROLES else ()
    return (first, *above, (NAMES[3], LEADERS))


def told_of(project: Project, one: LegalDate, rung: int, after: tuple[int, ...], *, on: date) -> Told:
    """The people of the rung's level; where nobody holds the role today the next level up, and the text says so."""
    levels = levels_of(one.rule)
    asked = min(sorted(after).index(-rung) + 1 if rung < 0 else 0, len(levels) - 1)
    for height, (name, actions) in enumerate(levels[asked:], asked):
        people = {
            person.pk: person for action in actions for person in people_who_may(action, project.organisation, on)
        }
        if people:
            said = "" if height == 0 else f"逾期报{name}"
            if height > asked:
                said = f"{levels[asked][0]}无人在岗，转{name}"
            return Told(tuple(people.values()), said)
    return Told((), "各级均无人在岗")
