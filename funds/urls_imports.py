"""导入支出: the addresses of payments by workbook."""

from django.urls import path

from funds.views import imports as views

base = "projects/<int:project_id>/funds/payments/import/"
one = f"{base}<int:import_id>/"

urlpatterns = [
    path(base, views.ImportPayments.as_view(), name="payments_import"),
    path(f"{base}template/", views.PaymentTemplate.as_view(), name="import_template"),
    path(one, views.ImportPreview.as_view(), name="import_preview"),
    path(f"{one}done/", views.ImportDone.as_view(), name="import_done"),
    path(f"{one}findings/", views.ImportFindings.as_view(), name="import_findings"),
]
