"""The icons of the pages: as the package draws them, each of them once."""

from django.template import Context, Template
from lucide.templatetags import lucide as package

from ui.templatetags import icons

WORDS = '{% load lucide %}{% for one in rows %}{% lucide name size=16 aria_hidden="true" %}|{% endfor %}'


def shown(name):
    return Template(WORDS).render(Context({"rows": range(3), "name": name})).split("|")[:-1]


def test_an_icon_is_the_drawing_of_the_package():
    assert set(shown("search")) == {package.lucide("search", size=16, aria_hidden="true")}
    assert icons.lucide("x") == package.lucide("x")  # 24 where nothing is said
    assert shown("search") != shown("x")


def test_the_same_icon_is_drawn_once_however_often_it_is_shown(monkeypatch):
    drawn, draw = [], package.lucide
    monkeypatch.setattr(package, "lucide", lambda *words, **facts: drawn.append(words) or draw(*words, **facts))
    icons.lucide.cache_clear()

    shown("menu")

    assert len(drawn) == 1
