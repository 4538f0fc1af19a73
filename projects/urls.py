from django.urls import path

from projects import views

app_name = "projects"

urlpatterns = [
    path("projects/import/", views.Import.as_view(), name="import"),
    path("projects/import/<int:batch_id>/", views.ImportPreview.as_view(), name="import_preview"),
    path("projects/import/<int:batch_id>/done/", views.ImportDone.as_view(), name="import_done"),
    path("projects/register/", views.Register.as_view(), name="register"),
    path("projects/<int:project_id>/draft/", views.EditDraft.as_view(), name="edit_draft"),
    path("projects/<int:project_id>/files/", views.Files.as_view(), name="files"),
    path("projects/<int:project_id>/files/<int:pk>/", views.FileDownload.as_view(), name="file"),
    path("projects/<int:project_id>/files/<int:pk>/inline/", views.FileInline.as_view(), name="file_inline"),
]
