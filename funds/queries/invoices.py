"""What an uploaded invoice and a registered contract say of a payment that is about to be entered."""

from dataclasses import dataclass
from typing import Any

from funds import invoices
from funds.models import Contract, InvoiceText
from funds.queries.batches import invoices_of
from policy.money import yuan
from projects.models import Attachment, Project


@dataclass(frozen=True, slots=True)
class InvoiceReading:
    """`trouble`: why nothing could be read, in words; the file becomes evidence all the same."""

    file: Attachment
    invoice: invoices.Invoice
    trouble: str = ""

    @property
    def facts(self) -> list[tuple[str, str]]:
        one = self.invoice
        told = [
            ("发票号码", one.number),
            ("销售方", one.seller),
            ("开票日期", str(one.on or "")),
            ("价税合计", yuan(one.total) if one.total else ""),
            ("税额", yuan(one.tax) if one.tax else ""),
        ]
        return [(label, text) for label, text in told if text]


def reading_of(project: Project, file_id: int) -> InvoiceReading | None:
    """One waiting invoice of the project, as it was read when it came. None where there is no such file."""
    file = invoices_of(project).filter(pk=file_id).first()
    if file is None:
        return None
    kept = InvoiceText.objects.filter(sha256=file.sha256).first()
    if kept is None:  # uploaded before readings were kept
        return read(file)
    return InvoiceReading(file, invoices.Invoice(kept.number, kept.seller, kept.on, kept.total, kept.tax), kept.trouble)


def read(file: Attachment) -> InvoiceReading:
    """From the file itself."""
    try:
        return InvoiceReading(file, invoices.read(file.name, file.file.read_bytes()))
    except invoices.Unreadable as error:
        return InvoiceReading(file, invoices.Invoice(), str(error))
    except OSError:
        return InvoiceReading(file, invoices.Invoice(), "文件在文件库中找不到，请重新上传。")


def prefilled(contract: Contract | None, reading: InvoiceReading | None) -> dict[str, Any]:
    """First values of the form; the contract speaks of the payee, the invoice of itself."""
    told: dict[str, Any] = {}
    if reading:
        one = reading.invoice
        told = {
            "invoice_file": reading.file.pk,
            "invoice_number": one.number,
            "invoice_seller": one.seller,
            "invoice_on": one.on,
            "invoice_total": one.total,
            "amount": one.total,
            "payee": one.seller,
        }
    if contract:
        told |= {
            "contract": contract.pk,
            "payee": contract.supplier,
            "category": contract.category,
            "procurement": contract.procurement,
            "contract_number": contract.number,
        }
    return {name: value for name, value in told.items() if value}
