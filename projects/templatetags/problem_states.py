"""The state of a problem as every page tells it; its project is loaded."""

from django import template
from django.utils.safestring import SafeString

from projects.models import Problem
from projects.problems import state_name, state_of
from ui.templatetags.ui import state_badge

register = template.Library()


@register.simple_tag
def problem_badge(problem: Problem) -> SafeString:
    return state_badge(state_of(problem), state_name(problem))


@register.filter
def problem_state(problem: Problem) -> str:
    return state_name(problem)
