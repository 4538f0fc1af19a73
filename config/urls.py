"""Every address of the product: one line for each app, its pages and its API beside each other."""

from django.urls import URLPattern, URLResolver, include, path

APPS = ("accounts", "ui", "projects", "funds", "performance", "lifecycle", "reports")

urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(f"{app}.urls")) for app in APPS),
    path("api/", include("config.api")),
]

handler400 = "ui.views.bad_request"
handler403 = "ui.views.forbidden"
handler404 = "ui.views.not_found"
handler500 = "ui.views.server_error"
