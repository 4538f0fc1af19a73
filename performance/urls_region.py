"""Addresses of 区域绩效表."""

from django.urls import path

from performance.views import region

one = "region/<slug:edition>/<slug:kind>/<int:year>/"
urlpatterns = [
    path("region/", region.Regions.as_view(), name="regions"),
    path(one, region.RegionPage.as_view(), name="region"),
    path(f"{one}edit/", region.EditRegion.as_view(), name="region_edit"),
    path(f"{one}issue/", region.IssueRegion.as_view(), name="region_issue"),
    path(f"{one}form.pdf", region.PrintRegion.as_view(), name="region_pdf"),
    path(f"{one}form.xlsx", region.ExportRegion.as_view(), name="region_xlsx"),
]
