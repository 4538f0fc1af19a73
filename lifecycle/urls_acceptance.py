"""Addresses of 验收: the unit's, 省人社's and the experts' pages."""

from django.urls import path

from lifecycle.views import acceptance, acceptance_prints, mock, panel

PROJECT = "projects/<int:project_id>/acceptance/"
urlpatterns = [
    path("experts/", panel.Experts.as_view(), name="experts"),
    path("experts/<int:expert_id>/", panel.ExpertPage.as_view(), name="expert"),
    path("panels/new/", panel.PanelNew.as_view(), name="panel_new"),
    path("assignments/", panel.Assignments.as_view(), name="assignments"),
    path(PROJECT, acceptance.AcceptancePage.as_view(), name="acceptance"),
    path(f"{PROJECT}pack/", acceptance.UploadPack.as_view(), name="pack"),
    path(f"{PROJECT}pack/send/", acceptance.SubmitMended.as_view(), name="mended"),
    path(f"{PROJECT}apply/", acceptance.Apply.as_view(), name="apply"),
    path(f"{PROJECT}first-check/", acceptance.FirstCheck.as_view(), name="first_check"),
    path(f"{PROJECT}formal-check/", acceptance.FormalCheck.as_view(), name="formal_check"),
    path(f"{PROJECT}return/", acceptance.ReturnPack.as_view(), name="return_pack"),
    path(f"{PROJECT}visit/", acceptance.Visit.as_view(), name="visit"),
    path(f"{PROJECT}gate-a/", acceptance.GateA.as_view(), name="gate_a"),
    path(f"{PROJECT}f10.pdf", acceptance_prints.F10.as_view(), name="f10"),
    path(f"{PROJECT}f11.pdf", acceptance_prints.F11.as_view(), name="f11"),
    path(f"{PROJECT}mock/", mock.MockPage.as_view(), name="mock"),
    path(f"{PROJECT}mock/assign/", mock.AssignGap.as_view(), name="gap_assign"),
    path(f"{PROJECT}mock/tasks/<int:gap_id>/done/", mock.FinishGap.as_view(), name="gap_done"),
    path(f"{PROJECT}self-check/", mock.SelfCheckPage.as_view(), name="self_check"),
    path(f"{PROJECT}panel/", panel.PanelPage.as_view(), name="panel"),
    path(f"{PROJECT}panel/seats/<int:seat_id>/replace/", panel.ReplaceExpert.as_view(), name="seat_replace"),
    path(f"{PROJECT}panel/seats/<int:seat_id>/absence/", panel.Absence.as_view(), name="seat_absence"),
    path(f"{PROJECT}panel/absences/", panel.Absences.as_view(), name="panel_absences"),
    path(f"{PROJECT}panel/paper/", panel.PaperSheets.as_view(), name="paper_sheets"),
    path(f"{PROJECT}sheet/", panel.Sheet.as_view(), name="sheet"),
    path(f"{PROJECT}recuse/", panel.Recuse.as_view(), name="recuse"),
]
