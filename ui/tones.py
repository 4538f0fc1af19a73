"""Which colour goes with which state. Red is kept for 逾期 and 退回; a word always stands beside the colour."""

from policy.terms import Light, Severity, Stage

STAGE = {
    Stage.DRAFT: "gray",
    Stage.AWARDED: "blue",
    Stage.TARGET_REVIEW: "purple",
    Stage.TARGET_FILED: "blue",
    Stage.BUILDING: "blue",
    Stage.IN_ACCEPTANCE: "purple",
    Stage.ACCEPTED: "green",
    Stage.RECTIFYING: "orange",
    Stage.RECHECKING: "orange",
    Stage.REVOCATION_NOTICE: "orange",
    Stage.REVOKED: "slate",
    Stage.SETTLED: "gray",
    Stage.TERMINATED: "slate",
}
LIGHT = {
    Light.RED: "red",
    Light.YELLOW: "yellow",
    Light.GREEN: "green",
    Light.BLUE: "blue",
    Light.UNDEFINED: "gray",
}
SEVERITY = {Severity.NOTICE: "blue", Severity.WARNING: "orange", Severity.BLOCKING: "red"}
STATE = {
    **dict.fromkeys(["returned", "overdue", "rejected", "failed"], "red"),
    **dict.fromkeys(["recognised", "approved", "accepted", "filed", "closed", "verified", "passed", "done"], "green"),
    **dict.fromkeys(
        ["effective", "signed", "received", "active", "released", "confirmed", "concluded", "final"], "green"
    ),
    **dict.fromkeys(["submitted", "reviewing", "proposed", "pending", "issued", "sent", "answered", "replied"], "blue"),
    **dict.fromkeys(["asked", "forwarded", "first_signed", "half_signed", "signing", "joint_review"], "purple"),
    **dict.fromkeys(["questioned", "open", "rectifying", "held", "disallowed", "waived", "due"], "orange"),
    **dict.fromkeys(["draft", "withdrawn", "superseded", "expired", "cancelled", "reversed", "lapsed"], "gray"),
}
MESSAGE = {"success": "green", "info": "blue", "debug": "gray", "warning": "orange", "error": "red"}
ICON = {"green": "circle-check", "orange": "triangle-alert", "yellow": "triangle-alert", "red": "circle-alert"}
