from django.urls import path

from funds import views

app_name = "funds"
project = "projects/<int:project_id>/funds/"
budget = f"{project}budget/"
voucher = f"{project}vouchers/<int:voucher_id>/"
document = "funds/documents/<int:document_id>/"

urlpatterns = [
    path("funds/documents/", views.Documents.as_view(), name="documents"),
    path("funds/documents/new/", views.DocumentNew.as_view(), name="document_new"),
    path(document, views.DocumentPage.as_view(), name="document"),
    path(f"{document}approve/", views.ApproveDocument.as_view(), name="document_approve"),
    path(f"{document}return/", views.ReturnDocument.as_view(), name="document_return"),
    path(project, views.LedgerPage.as_view(), name="ledger"),
    path(f"{project}receipts/<int:allocation_id>/", views.ConfirmReceipt.as_view(), name="receipt_confirm"),
    path(budget, views.BudgetPage.as_view(), name="budget"),
    path(f"{budget}edit/", views.BudgetEdit.as_view(), name="budget_edit"),
    path(f"{budget}submit/", views.SubmitBudget.as_view(), name="budget_submit"),
    path(f"{budget}consent/", views.ConsentBudget.as_view(), name="budget_consent"),
    path(f"{budget}approve/", views.ApproveBudget.as_view(), name="budget_approve"),
    path(f"{budget}return/", views.ReturnBudget.as_view(), name="budget_return"),
    path(f"{project}vouchers/new/", views.RecordVoucher.as_view(), name="voucher_new"),
    path(voucher, views.VoucherPage.as_view(), name="voucher"),
    path(f"{voucher}edit/", views.EditVoucher.as_view(), name="voucher_edit"),
    path(f"{voucher}delete/", views.DeleteDraft.as_view(), name="voucher_delete"),
    path(f"{voucher}evidence/", views.AddEvidence.as_view(), name="voucher_evidence"),
    path(f"{voucher}submit/", views.SubmitVoucher.as_view(), name="voucher_submit"),
    path(f"{voucher}judge/", views.JudgeVoucher.as_view(), name="voucher_judge"),
    path(f"{voucher}reverse/", views.ProposeReversal.as_view(), name="voucher_reverse"),
    path(f"{voucher}reversal/", views.JudgeReversal.as_view(), name="reversal_judge"),
    path(f"{project}settlement/", views.PrepareSettlement.as_view(), name="settlement"),
]
