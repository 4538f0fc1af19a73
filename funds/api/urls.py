"""Addresses of the money below /api/v1/. Each has its row in accounts/permissions.json."""

from django.urls import path

from funds.api import audits, batches, closing, flags, goods, ledger, money_in, payment_acts, payments

project = "projects/<int:project_id>/"
payment = f"{project}payments/<int:voucher_id>/"
batch = f"{project}batches/<int:batch_id>/"
flag = f"{project}flags/<int:flag_id>/"
case = f"{project}audits/<int:audit_id>/"
finding = f"{case}findings/<int:finding_id>/"

urlpatterns = [
    path("fund-documents/", money_in.Documents.as_view(), name="documents"),
    path("fund-documents/<int:document_id>/", money_in.OneDocument.as_view(), name="document"),
    path("payments/", payments.AllPayments.as_view(), name="all_payments"),
    path("flags/", flags.AllFlags.as_view(), name="all_flags"),
    path("found-money/", closing.AllFoundMoney.as_view(), name="all_found_money"),
    path(f"{project}ledger/", ledger.LedgerBook.as_view(), name="ledger"),
    path(f"{project}money-in/", money_in.MoneyIn.as_view(), name="money_in"),
    path(
        f"{project}allocations/<int:allocation_id>/receipt/", money_in.ConfirmReceipt.as_view(), name="receipt_confirm"
    ),
    path(f"{project}receipts/<int:receipt_id>/correct/", money_in.CorrectReceipt.as_view(), name="receipt_correct"),
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
    path(f"{project}contracts/", goods.Contracts.as_view(), name="contracts"),
    path(f"{project}contracts/<int:contract_id>/", goods.OneContract.as_view(), name="contract"),
    path(f"{project}assets/", goods.Assets.as_view(), name="assets"),
    path(f"{project}assets/<int:asset_id>/", goods.OneAsset.as_view(), name="asset"),
    path(f"{project}flags/", flags.Flags.as_view(), name="flags"),
    path(f"{project}flags/raise/", flags.RaiseFlag.as_view(), name="flag_raise"),
    path(flag, flags.FlagOne.as_view(), name="flag"),
    path(f"{flag}answer/", flags.AnswerFlag.as_view(), name="flag_answer"),
    path(f"{flag}ask/", flags.AskFlag.as_view(), name="flag_ask"),
    path(f"{flag}close/", flags.CloseFlag.as_view(), name="flag_close"),
    path(f"{project}audits/", audits.Audits.as_view(), name="audits"),
    path(case, audits.AuditOne.as_view(), name="audit"),
    path(f"{finding}amount/", audits.AssessFinding.as_view(), name="finding_assess"),
    path(f"{finding}reply/", audits.DraftReply.as_view(), name="finding_reply"),
    path(f"{finding}submit/", audits.SubmitReply.as_view(), name="finding_submit"),
    path(f"{finding}verify/", audits.VerifyFinding.as_view(), name="finding_verify"),
    path(f"{project}found-money/", closing.FoundMoneyBook.as_view(), name="found_money"),
    path(f"{project}settlements/", closing.Settlements.as_view(), name="settlements"),
]
