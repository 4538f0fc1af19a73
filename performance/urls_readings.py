"""Addresses of 指标填报 and 班次台账."""

from django.urls import path

from performance.views import class_imports, classes, readings

PROJECT = "projects/<int:project_id>/"
urlpatterns = [
    path(f"{PROJECT}returns/<int:return_id>/readings/", readings.Readings.as_view(), name="readings"),
    path(f"{PROJECT}returns/<int:return_id>/readings/edit/", readings.EditReadings.as_view(), name="readings_edit"),
    path(f"{PROJECT}classes/", classes.Classes.as_view(), name="classes"),
    path(f"{PROJECT}classes/new/", classes.RecordClass.as_view(), name="class_new"),
    path(f"{PROJECT}classes/export.xlsx", classes.ClassesExport.as_view(), name="classes_export"),
    path(f"{PROJECT}classes/template.xlsx", class_imports.ClassTemplate.as_view(), name="classes_template"),
    path(f"{PROJECT}classes/import/", class_imports.ImportClasses.as_view(), name="classes_import"),
    path(
        f"{PROJECT}classes/import/<int:class_import_id>/",
        class_imports.PreviewClasses.as_view(),
        name="classes_preview",
    ),
    path(f"{PROJECT}classes/<int:class_id>/", classes.ClassPage.as_view(), name="class"),
    path(f"{PROJECT}classes/<int:class_id>/edit/", classes.EditClass.as_view(), name="class_edit"),
    path(f"{PROJECT}classes/<int:class_id>/void/", classes.VoidClass.as_view(), name="class_void"),
]
