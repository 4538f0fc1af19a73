"""Badges beside the stage, and the drawing of the machine."""

from typing import Any

from django import template
from django.utils import timezone

from lifecycle.diagram import Drawing
from lifecycle.queries.overlays import Overlay, overlays_of
from projects.models import Project

register = template.Library()


@register.inclusion_tag("lifecycle/_machine_drawing.html")
def machine_drawing(drawing: Drawing) -> dict[str, Any]:
    return {"drawing": drawing}


@register.inclusion_tag("lifecycle/_overlays.html")
def overlay_badges(project: Project) -> dict[str, list[Overlay]]:
    """资金暂停, 延期, 变更, 逾期, 争议 of one project, as they stand today."""
    return {"overlays": overlays_of([project], timezone.localdate())[project.pk]}
