"""Addresses of 审计, 问题资金 and 三方对账."""

from django.urls import path

from funds.views import audit_findings, audits, found_money, reconciliation

project = "projects/<int:project_id>/funds/"
case = f"{project}audits/<int:audit_id>/"
finding = f"{case}findings/<int:finding_id>/"
money = f"{project}found-money/"
entry = f"{money}entries/<int:entry_id>/"

urlpatterns = [
    path(f"{project}audits/", audits.AuditsPage.as_view(), name="audits"),
    path(f"{project}audits/new/", audits.OpenAudit.as_view(), name="audit_new"),
    path(case, audits.CasePage.as_view(), name="audit"),
    path(f"{case}report/", audits.AuditReport.as_view(), name="audit_report"),
    path(f"{case}picks/<int:pick_id>/seen/", audits.SeeAuditPick.as_view(), name="audit_see"),
    path(f"{case}send/", audits.SendAudit.as_view(), name="audit_send"),
    path(f"{case}conclude/", audits.ConcludeAudit.as_view(), name="audit_conclude"),
    path(f"{case}findings/new/", audit_findings.RecordFinding.as_view(), name="finding_new"),
    path(f"{finding}edit/", audit_findings.EditFinding.as_view(), name="finding_edit"),
    path(f"{finding}delete/", audit_findings.DropFinding.as_view(), name="finding_delete"),
    path(f"{finding}amount/", audit_findings.AssessFinding.as_view(), name="finding_assess"),
    path(f"{finding}reply/", audit_findings.DraftReply.as_view(), name="finding_reply"),
    path(f"{finding}submit/", audit_findings.SubmitReply.as_view(), name="finding_submit"),
    path(f"{finding}verify/", audit_findings.VerifyFinding.as_view(), name="finding_verify"),
    path(money, found_money.FoundMoneyPage.as_view(), name="found_money"),
    path(f"{money}<int:found_id>/entry/", found_money.RecordFoundMoney.as_view(), name="found_money_entry"),
    path(f"{entry}confirm/", found_money.ConfirmFoundMoney.as_view(), name="found_money_confirm"),
    path(f"{entry}return/", found_money.ReturnFoundMoney.as_view(), name="found_money_return"),
    path("funds/found-money/", found_money.AllFoundMoney.as_view(), name="all_found_money"),
    path("funds/found-money/export/", found_money.AllFoundMoneyExport.as_view(), name="all_found_money_export"),
    path(f"{project}reconcile/", reconciliation.ReconcilePage.as_view(), name="reconcile"),
    path(f"{project}reconcile/sheet/", reconciliation.ReconcileSheet.as_view(), name="reconcile_sheet"),
    path(f"{project}reconcile/export/", reconciliation.ReconcileExport.as_view(), name="reconcile_export"),
    path(f"{project}reconcile/upload/", reconciliation.UploadStatement.as_view(), name="statement_upload"),
    path(f"{project}reconcile/explain/", reconciliation.ExplainDifference.as_view(), name="reconcile_explain"),
]
