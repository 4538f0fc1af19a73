from django.urls import path

from ui import views

app_name = "ui"

urlpatterns = [
    path("style/", views.StylePage.as_view(), name="style"),
    path("style/form/", views.StyleForm.as_view(), name="style_form"),
    path("style/confirm/", views.StyleConfirm.as_view(), name="style_confirm"),
    path("style/error/<int:code>/", views.StyleError.as_view(), name="style_error"),
]
