"""Forms of the life of a project; one module an area."""

from lifecycle.forms.steps import (
    PUBLICITY,
    AnswerForm,
    ApplyForm,
    DecisionForm,
    DecisionServiceForm,
    DefenceForm,
    ExtensionForm,
    GateAForm,
    OpinionForm,
    PackForm,
    ReasonForm,
    RecheckForm,
    ReportForm,
    ServiceForm,
    SeveralForm,
    StartForm,
)

__all__ = [
    "PUBLICITY",
    "AnswerForm",
    "ApplyForm",
    "DecisionForm",
    "DecisionServiceForm",
    "DefenceForm",
    "ExtensionForm",
    "GateAForm",
    "OpinionForm",
    "PackForm",
    "ReasonForm",
    "RecheckForm",
    "ReportForm",
    "ServiceForm",
    "SeveralForm",
    "StartForm",
]
