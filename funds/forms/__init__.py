"""Forms of the money: they check what was typed and never save."""

from funds.forms.batches import (
    GatherForm,
    PassForm,
    ReturnBatchForm,
    RowForm,
)
from funds.forms.budgets import BudgetForm, ChangeForm
from funds.forms.documents import (
    ArrivalForm,
    CarryOverFilter,
    CorrectionForm,
    DeclineForm,
    DocumentFilter,
    FundDocumentForm,
    HoldRequestForm,
    IncomeForm,
    IncomeReversalForm,
    ReasonForm,
    ReceiptForm,
    ReleaseCorrectionForm,
    ReleaseForm,
    typed_for,
)
from funds.forms.fields import FilesField, MoneyFormField, SeveralFiles
from funds.forms.settlements import RepaymentForm, SettlementForm
from funds.forms.vouchers import (
    AnswerForm,
    AskForm,
    EvidenceForm,
    HandoverForm,
    InvoiceForm,
    JudgeForm,
    ReversalForm,
    VoucherForm,
)

__all__ = [
    "AnswerForm",
    "ArrivalForm",
    "AskForm",
    "BudgetForm",
    "CarryOverFilter",
    "ChangeForm",
    "CorrectionForm",
    "DeclineForm",
    "DocumentFilter",
    "EvidenceForm",
    "FilesField",
    "FundDocumentForm",
    "GatherForm",
    "HandoverForm",
    "HoldRequestForm",
    "IncomeForm",
    "IncomeReversalForm",
    "InvoiceForm",
    "JudgeForm",
    "MoneyFormField",
    "PassForm",
    "ReasonForm",
    "ReceiptForm",
    "ReleaseCorrectionForm",
    "ReleaseForm",
    "RepaymentForm",
    "ReturnBatchForm",
    "ReversalForm",
    "RowForm",
    "SettlementForm",
    "SeveralFiles",
    "VoucherForm",
    "typed_for",
]
