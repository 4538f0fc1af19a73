"""Addresses of 打印与回传. Each has its row in accounts/permissions.json."""

from django.urls import path

from lifecycle.views import printing, province_printing, verify

PAPERS = "projects/<int:project_id>/papers/"
OF_PLACES = "reports/papers/"
urlpatterns = [
    path(PAPERS, printing.Prints.as_view(), name="prints"),
    path(f"{PAPERS}register/", printing.RegisterPrints.as_view(), name="print_register"),
    path(f"{PAPERS}return/", printing.ReturnPrint.as_view(), name="print_return"),
    path(f"{PAPERS}prints/<int:print_id>/void/", printing.VoidPrint.as_view(), name="print_void"),
    path(f"{PAPERS}batch.pdf", printing.PrintBatch.as_view(), name="print_batch"),
    path(f"{PAPERS}book.pdf", printing.Booklet.as_view(), name="booklet"),
    path(f"{PAPERS}<slug:form_key>.<slug:suffix>", printing.PrintFile.as_view(), name="print_file"),
    path(f"{OF_PLACES}register/", province_printing.RegisterPlacePrint.as_view(), name="province_register"),
    path(f"{OF_PLACES}return/", province_printing.ReturnPlacePrint.as_view(), name="province_return"),
    path(f"{OF_PLACES}<int:paper_id>/void/", province_printing.VoidPlacePrint.as_view(), name="province_void"),
    path(f"{OF_PLACES}<int:paper_id>/scan/", province_printing.PlaceScan.as_view(), name="province_scan"),
    path(f"{OF_PLACES}<int:paper_id>/file/", province_printing.Reprint.as_view(), name="province_reprint"),
    path("verify/", verify.Verify.as_view(), name="verify"),
]
