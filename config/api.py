"""Every address below /api/: the books of each app, the description for programs, and the page for people."""

from typing import Any

from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from funds.api.urls import urlpatterns as funds
from lifecycle.api.urls import urlpatterns as lifecycle
from performance.api.urls import urlpatterns as performance
from projects.api import Api
from projects.api_files import Files, OneFile
from projects.pages import RouteMixin
from reports.api import OneProject, Projects
from reports.api_papers import PlacePapers
from reports.api_statistics import Statistics

app_name = "api"
project = "projects/<int:project_id>/"


class Schema(Api, SpectacularAPIView):
    """OpenAPI 3, for whoever may use the API or is signed in."""

    permission_classes = Api.permission_classes
    authentication_classes = Api.authentication_classes
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return SpectacularAPIView.get(self, request, *args, **kwargs)


class Docs(RouteMixin, TemplateView):
    """Swagger UI from our own static files; it reads the schema as the person who is signed in."""

    template_name = "ui/api_docs.html"
    extra_context = {"title": "接口文档"}


books = [
    path("projects/", Projects.as_view(), name="projects"),
    path(project, OneProject.as_view(), name="project"),
    path("papers/", PlacePapers.as_view(), name="papers"),
    path("statistics/", Statistics.as_view(), name="statistics"),
    path(f"{project}files/", Files.as_view(), name="files"),
    path(f"{project}files/<int:file_id>/", OneFile.as_view(), name="file"),
    *funds,
    *performance,
    *lifecycle,
]
urlpatterns = [
    path("v1/", include(books)),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
]
