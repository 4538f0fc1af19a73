"""Addresses of the life of a project below /api/v1/; one list an area."""

from django.urls import path

from lifecycle.api import urls_endings, urls_problems
from lifecycle.api.acceptance import (
    AcceptanceOf,
    AcceptApplication,
    FormPanel,
    KeepSheet,
    MockOf,
    RecordVisit,
    ReturnPack,
)
from lifecycle.api.acts import SubmitTarget
from lifecycle.api.inspections import InspectionOne, Inspections, SignInspection, WriteItems
from lifecycle.api.machine import Changes, Steps
from lifecycle.api.printing import Prints, RegisterPrints, ReturnPrint
from lifecycle.api.province_printing import RegisterPlacePrint, ReturnPlacePrint
from lifecycle.api.reading import Calendar, Deadlines, Decisions
from lifecycle.api.risk import ProjectRisk, Risks
from lifecycle.api.waivers import Waivers

PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{PROJECT}steps/", Steps.as_view(), name="steps"),
    path(f"{PROJECT}changes/", Changes.as_view(), name="changes"),
    path("risks/", Risks.as_view(), name="risks"),
    path("waivers/", Waivers.as_view(), name="waivers"),
    path(f"{PROJECT}risk/", ProjectRisk.as_view(), name="risk"),
    path("deadlines/", Calendar.as_view(), name="calendar"),
    path(f"{PROJECT}deadlines/", Deadlines.as_view(), name="deadlines"),
    path(f"{PROJECT}decisions/", Decisions.as_view(), name="decisions"),
    path(f"{PROJECT}targets/submit/", SubmitTarget.as_view(), name="target_submit"),
    path(f"{PROJECT}inspections/", Inspections.as_view(), name="inspections"),
    path(f"{PROJECT}inspections/<int:inspection_id>/", InspectionOne.as_view(), name="inspection"),
    path(f"{PROJECT}inspections/<int:inspection_id>/items/", WriteItems.as_view(), name="inspection_items"),
    path(f"{PROJECT}inspections/<int:inspection_id>/sign/", SignInspection.as_view(), name="inspection_sign"),
    path(f"{PROJECT}acceptance/", AcceptanceOf.as_view(), name="acceptance"),
    path(f"{PROJECT}acceptance/mock/", MockOf.as_view(), name="acceptance_mock"),
    path(f"{PROJECT}acceptance/accept/", AcceptApplication.as_view(), name="acceptance_accept"),
    path(f"{PROJECT}acceptance/return/", ReturnPack.as_view(), name="acceptance_return"),
    path(f"{PROJECT}acceptance/visit/", RecordVisit.as_view(), name="acceptance_visit"),
    path(f"{PROJECT}acceptance/sheet/", KeepSheet.as_view(), name="expert_sheet"),
    path(f"{PROJECT}papers/", Prints.as_view(), name="prints"),
    path(f"{PROJECT}papers/register/", RegisterPrints.as_view(), name="print_register"),
    path(f"{PROJECT}papers/return/", ReturnPrint.as_view(), name="print_return"),
    path("papers/register/", RegisterPlacePrint.as_view(), name="paper_register"),
    path("papers/return/", ReturnPlacePrint.as_view(), name="paper_return"),
    path("panels/form/", FormPanel.as_view(), name="panel_form"),
    *urls_endings.urlpatterns,
    *urls_problems.urlpatterns,
]
