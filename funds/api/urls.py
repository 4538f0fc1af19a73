"""Addresses of the money below /api/v1/. Each has its row in accounts/permissions.json."""

from django.urls import path

from funds.api import (
    asset_acts,
    audit_acts,
    audits,
    batches,
    budgets,
    closing,
    documents,
    flags,
    goods,
    goods_acts,
    ledger,
    money_in,
    payment_acts,
    payments,
    releases,
    settling,
)

project = "projects/<int:project_id>/"
payment = f"{project}payments/<int:voucher_id>/"
batch = f"{project}batches/<int:batch_id>/"
flag = f"{project}flags/<int:flag_id>/"
case = f"{project}audits/<int:audit_id>/"
finding = f"{case}findings/<int:finding_id>/"
document = "fund-documents/<int:document_id>/"
budget = f"{project}budget/"
contract = f"{project}contracts/<int:contract_id>/"
asset = f"{project}assets/<int:asset_id>/"
money = f"{project}found-money/"
entry = f"{money}entries/<int:entry_id>/"

urlpatterns = [
    path("fund-documents/", money_in.Documents.as_view(), name="documents"),
    path("fund-documents/record/", documents.RecordDocument.as_view(), name="document_record"),
    path(document, money_in.OneDocument.as_view(), name="document"),
    path(f"{document}approve/", documents.ApproveDocument.as_view(), name="document_approve"),
    path(f"{document}return/", documents.ReturnDocument.as_view(), name="document_return"),
    path("units/<int:organisation_id>/arrival/", documents.SetArrival.as_view(), name="arrival_set"),
    path("payments/", payments.AllPayments.as_view(), name="all_payments"),
    path("flags/", flags.AllFlags.as_view(), name="all_flags"),
    path("found-money/", closing.AllFoundMoney.as_view(), name="all_found_money"),
    path(f"{project}ledger/", ledger.LedgerBook.as_view(), name="ledger"),
    path(f"{project}money-in/", money_in.MoneyIn.as_view(), name="money_in"),
    path(
        f"{project}allocations/<int:allocation_id>/receipt/", money_in.ConfirmReceipt.as_view(), name="receipt_confirm"
    ),
    path(f"{project}receipts/<int:receipt_id>/correct/", money_in.CorrectReceipt.as_view(), name="receipt_correct"),
    path(f"{project}allocations/<int:allocation_id>/release/", releases.RecordRelease.as_view(), name="release_record"),
    path(f"{project}releases/<int:release_id>/approve/", releases.ApproveRelease.as_view(), name="release_approve"),
    path(f"{project}releases/<int:release_id>/correct/", releases.CorrectRelease.as_view(), name="release_correct"),
    path(f"{project}releases/<int:release_id>/return/", releases.ReturnRelease.as_view(), name="release_return"),
    path(f"{project}incomes/", releases.Incomes.as_view(), name="incomes"),
    path(f"{project}incomes/record/", releases.RecordIncome.as_view(), name="income_record"),
    path(f"{project}incomes/<int:income_id>/reverse/", releases.ReverseIncome.as_view(), name="income_reverse"),
    path(
        f"{project}income-reversals/<int:reversal_id>/judge/",
        releases.JudgeIncomeReversal.as_view(),
        name="income_judge",
    ),
    path(f"{project}hold-requests/", releases.HoldRequests.as_view(), name="hold_requests"),
    path(f"{project}hold-requests/record/", releases.RequestHold.as_view(), name="hold_request"),
    path(f"{project}hold-requests/<int:hold_id>/decline/", releases.DeclineHold.as_view(), name="hold_decline"),
    path(budget, budgets.Budgets.as_view(), name="budget"),
    path(f"{budget}save/", budgets.SaveBudget.as_view(), name="budget_save"),
    path(f"{budget}submit/", budgets.SubmitBudget.as_view(), name="budget_submit"),
    path(f"{budget}consent/", budgets.ConsentBudget.as_view(), name="budget_consent"),
    path(f"{budget}approve/", budgets.ApproveBudget.as_view(), name="budget_approve"),
    path(f"{budget}return/", budgets.ReturnBudget.as_view(), name="budget_return"),
    path(f"{budget}change/", budgets.ProposeChange.as_view(), name="budget_change"),
    path(f"{project}payments/", payments.Payments.as_view(), name="payments"),
    path(f"{project}payments/record/", payment_acts.RecordPayment.as_view(), name="payment_record"),
    path(payment, payments.Payment.as_view(), name="payment"),
    path(f"{payment}edit/", payment_acts.EditPayment.as_view(), name="payment_edit"),
    path(f"{payment}delete/", payment_acts.DeletePayment.as_view(), name="payment_delete"),
    path(f"{payment}evidence/", payment_acts.AddEvidence.as_view(), name="payment_evidence"),
    path(f"{payment}submit/", payment_acts.SubmitPayment.as_view(), name="payment_submit"),
    path(f"{payment}judge/", payment_acts.JudgePayment.as_view(), name="payment_judge"),
    path(f"{payment}reverse/", payment_acts.ReversePayment.as_view(), name="payment_reverse"),
    path(f"{payment}reversal/", payment_acts.JudgeReversal.as_view(), name="reversal_judge"),
    path(f"{payment}ask/", payment_acts.AskForPaper.as_view(), name="payment_ask"),
    path(f"{payment}asks/<int:ask_id>/", payment_acts.AnswerAsk.as_view(), name="ask_answer"),
    path(f"{project}batches/", batches.Batches.as_view(), name="batches"),
    path(f"{project}batches/gather/", batches.GatherBatch.as_view(), name="batch_gather"),
    path(batch, batches.BatchOne.as_view(), name="batch"),
    path(f"{batch}drop/", batches.DropFromBatch.as_view(), name="batch_drop"),
    path(f"{batch}sign/", batches.SignBatch.as_view(), name="batch_sign"),
    path(f"{batch}seen/", batches.SeeRow.as_view(), name="batch_seen"),
    path(f"{batch}pass/", batches.PassBatch.as_view(), name="batch_pass"),
    path(f"{batch}return/", batches.ReturnBatch.as_view(), name="batch_return"),
    path(f"{project}packages/", goods_acts.Packages.as_view(), name="packages"),
    path(f"{project}packages/record/", goods_acts.RecordPackage.as_view(), name="package_record"),
    path(
        f"{project}packages/<int:package_id>/step/", goods_acts.RecordPackageStep.as_view(), name="package_step_record"
    ),
    path(f"{project}packages/<int:package_id>/edit/", goods_acts.EditPackage.as_view(), name="package_edit"),
    path(f"{project}packages/<int:package_id>/void/", goods_acts.VoidPackage.as_view(), name="package_void"),
    path(f"{project}contracts/", goods.Contracts.as_view(), name="contracts"),
    path(f"{project}contracts/record/", goods_acts.RecordContract.as_view(), name="contract_record"),
    path(contract, goods.OneContract.as_view(), name="contract"),
    path(f"{contract}void/", goods_acts.VoidContract.as_view(), name="contract_void"),
    path(f"{contract}edit/", goods_acts.EditContract.as_view(), name="contract_edit"),
    path(f"{contract}step/", goods_acts.RecordStep.as_view(), name="step_record"),
    path(f"{project}steps/<int:step_id>/void/", goods_acts.VoidStep.as_view(), name="step_void"),
    path(f"{project}assets/", goods.Assets.as_view(), name="assets"),
    path(f"{project}assets/record/", asset_acts.RecordAsset.as_view(), name="asset_record"),
    path(asset, goods.OneAsset.as_view(), name="asset"),
    path(f"{asset}edit/", asset_acts.EditAsset.as_view(), name="asset_edit"),
    path(f"{asset}retire/", asset_acts.RetireAsset.as_view(), name="asset_retire"),
    path(f"{asset}check/", asset_acts.CheckAsset.as_view(), name="asset_check"),
    path(f"{project}flags/", flags.Flags.as_view(), name="flags"),
    path(f"{project}flags/raise/", flags.RaiseFlag.as_view(), name="flag_raise"),
    path(flag, flags.FlagOne.as_view(), name="flag"),
    path(f"{flag}answer/", flags.AnswerFlag.as_view(), name="flag_answer"),
    path(f"{flag}ask/", flags.AskFlag.as_view(), name="flag_ask"),
    path(f"{flag}close/", flags.CloseFlag.as_view(), name="flag_close"),
    path(f"{project}audits/", audits.Audits.as_view(), name="audits"),
    path(f"{project}audits/open/", audit_acts.OpenAudit.as_view(), name="audit_open"),
    path(case, audits.AuditOne.as_view(), name="audit"),
    path(f"{case}picks/<int:pick_id>/seen/", audit_acts.SeePick.as_view(), name="audit_see"),
    path(f"{case}send/", audit_acts.SendAudit.as_view(), name="audit_send"),
    path(f"{case}conclude/", audit_acts.ConcludeAudit.as_view(), name="audit_conclude"),
    path(f"{case}findings/record/", audit_acts.RecordFinding.as_view(), name="finding_record"),
    path(f"{finding}edit/", audit_acts.EditFinding.as_view(), name="finding_edit"),
    path(f"{finding}delete/", audit_acts.DropFinding.as_view(), name="finding_delete"),
    path(f"{finding}amount/", audits.AssessFinding.as_view(), name="finding_assess"),
    path(f"{finding}reply/", audits.DraftReply.as_view(), name="finding_reply"),
    path(f"{finding}submit/", audits.SubmitReply.as_view(), name="finding_submit"),
    path(f"{finding}verify/", audits.VerifyFinding.as_view(), name="finding_verify"),
    path(money, closing.FoundMoneyBook.as_view(), name="found_money"),
    path(f"{money}<int:found_id>/entry/", settling.RecordFoundMoney.as_view(), name="found_money_entry"),
    path(f"{entry}confirm/", settling.ConfirmFoundMoney.as_view(), name="found_money_confirm"),
    path(f"{entry}return/", settling.ReturnFoundMoney.as_view(), name="found_money_return"),
    path(f"{project}settlements/", closing.Settlements.as_view(), name="settlements"),
    path(f"{project}settlements/prepare/", settling.PrepareSettlement.as_view(), name="settlement_prepare"),
    path(f"{project}settlements/approve/", settling.ApproveSettlement.as_view(), name="settlement_approve"),
    path(f"{project}claims/<int:claw_back_id>/repayment/", settling.RecordRepayment.as_view(), name="repayment_record"),
    path(
        f"{project}repayments/<int:repayment_id>/confirm/",
        settling.ConfirmRepayment.as_view(),
        name="repayment_confirm",
    ),
    path(
        f"{project}repayments/<int:repayment_id>/return/", settling.ReturnRepayment.as_view(), name="repayment_return"
    ),
]
