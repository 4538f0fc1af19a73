"""Which organisation a role sits in: line and level. Facts in, findings out."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.roles import Role
from policy.findings import Finding, blocking
from policy.terms import Line, NodeKind

SEATS_CLAUSE = "岗位与条线对应"


@dataclass(frozen=True, slots=True)
class Seat:
    line: Line
    levels: frozenset[NodeKind]
    words: str


ANYWHERE = frozenset(NodeKind)
PROVINCE = frozenset({NodeKind.PROVINCE})
LOCAL = frozenset({NodeKind.CITY, NodeKind.COUNTY})
UNIT = Seat(Line.UNIT, ANYWHERE, "项目单位")
PROVINCE_HR = Seat(Line.HR, PROVINCE, "省级人社部门")
PROVINCE_FINANCE = Seat(Line.FINANCE, PROVINCE, "省级财政部门")
SYSTEM = Seat(Line.SYSTEM, PROVINCE, "省级系统与审计单位")
SEATS: dict[Role, tuple[Seat, ...]] = {
    Role.U1: (UNIT,),
    Role.U2: (UNIT,),
    Role.CH: (
        Seat(Line.HR, LOCAL, "市（州）、县人社部门"),
        Seat(Line.RECOMMENDER, ANYWHERE, "推荐部门"),
    ),
    Role.CF: (Seat(Line.FINANCE, LOCAL, "市（州）、县财政部门"),),
    Role.PH: (PROVINCE_HR,),
    Role.PHL: (PROVINCE_HR,),
    Role.PF: (PROVINCE_FINANCE,),
    Role.PFL: (PROVINCE_FINANCE,),
    Role.AU: (SYSTEM,),
    Role.EX: (PROVINCE_HR, UNIT),  # the register is kept by 省人社; where an expert works stands on the card
    Role.SA: (SYSTEM,),
    Role.SE: (SYSTEM,),
    Role.AA: (SYSTEM,),
}
GRANTABLE = tuple(SEATS)


def check_seat(role: Role, *, line: Line, level: NodeKind) -> Iterator[Finding]:
    seats = SEATS.get(role, ())
    if not seats:
        yield blocking("role_seat", f"{role.label}不在此任命。", field="role")
    elif not any(seat.line == line and level in seat.levels for seat in seats):
        wanted = "或".join(seat.words for seat in seats)
        yield blocking(
            "role_seat",
            f"{role.label}只能在{wanted}任职，所选单位属{level.label}{line.label}条线。",
            SEATS_CLAUSE,
            field="organisation",
        )
