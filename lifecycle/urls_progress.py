"""Addresses of 豁免 and 设定确认单. Each has its row in accounts/permissions.json."""

from django.urls import path

from lifecycle.views import settings, waivers

urlpatterns = [
    path("waivers/", waivers.Waivers.as_view(), name="waivers"),
    path("waivers/<int:waiver_id>/", waivers.WaiverPage.as_view(), name="waiver"),
    path("waivers/<int:waiver_id>/approve/", waivers.ApproveWaiver.as_view(), name="waiver_approve"),
    path("waivers/<int:waiver_id>/close/", waivers.CloseWaiver.as_view(), name="waiver_close"),
    path("projects/<int:project_id>/waivers/new/", waivers.ProposeWaiver.as_view(), name="waiver_propose"),
    path("settings/", settings.SettingSheets.as_view(), name="setting_sheets"),
    path("settings/new/<str:code>/", settings.DraftSheet.as_view(), name="setting_draft"),
    path("settings/<int:sheet_id>/", settings.SheetPage.as_view(), name="setting_sheet"),
    path("settings/<int:sheet_id>/sign/", settings.SignSheet.as_view(), name="setting_sign"),
    path("settings/<int:sheet_id>/return/", settings.ReturnSheet.as_view(), name="setting_return"),
    path("settings/<int:sheet_id>/sheet.pdf", settings.PrintSheet.as_view(), name="setting_pdf"),
]
