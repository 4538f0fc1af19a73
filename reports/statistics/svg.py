"""An SVG that asks nothing of a page's policy: attributes instead of styles, no metadata, font names for every office."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2000/svg"
LINK = "http://www.w3.org/1999/xlink"
FAMILIES = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'SimHei', 'Source Han Sans SC', sans-serif"
_NUMBER = re.compile(r"^[0-9.]+px$")
_USED = re.compile(r"url\(#([^)]+)\)")
KEPT_WHOLE = ("defs", "title")


def plain(svg: str, title: str, spoken: Mapping[str, str] | None = None, prefix: str = "") -> str:
    """Each `style` spread over attributes of its own; `title` is what a reader of the picture hears.

    `spoken`: names of the fields that lead on (reports/statistics/leads.py), which then stand beside the picture and not
    in it: what is inside a picture nobody hears. `prefix` of all names inside, for a page that shows several.
    """
    ElementTree.register_namespace("", NAMESPACE)
    ElementTree.register_namespace("xlink", LINK)
    # Our own drawing of a moment ago, not somebody's file.
    root = ElementTree.fromstring(svg)  # noqa: S314
    fields = _taken_out(root, spoken or {})
    for element in root.iter():
        for name, value in _declared(element.attrib.pop("style", "")):
            element.set(name, value)
        if "font-family" in element.attrib:
            element.set("font-family", FAMILIES)
    _rename(root, prefix)
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    heard = _gathered(root) if fields else root
    heard.attrib |= {"role": "img", "aria-label": title}
    if not fields:
        root.insert(0, _titled(title))
    root.extend(fields)
    return ElementTree.tostring(root, encoding="unicode")


def _taken_out(root: ElementTree.Element, spoken: Mapping[str, str]) -> list[ElementTree.Element]:
    """Removes what is not drawn and the fields; gives the fields anew, with nothing on them but their shape."""
    fields = []
    for above in list(root.iter()):
        for child in list(above):
            if _name(child) in ("style", "metadata"):
                above.remove(child)
            elif _name(child) == "a":
                above.remove(child)
                name = child.get(f"{{{LINK}}}href", "").removeprefix("#")
                fields.append(_field(name, spoken.get(name, name), child))
    return fields


def _field(name: str, words: str, drawn: ElementTree.Element) -> ElementTree.Element:
    """A link; that of a row can be reached by the keyboard, what is only a part of a row stands in the table too."""
    field = ElementTree.Element(f"{{{NAMESPACE}}}a", {"href": f"#{name}", "class": "lead", "aria-label": words})
    if name.count("-") > 1:
        field.set("tabindex", "-1")
    shape = next(element for element in drawn.iter() if _name(element) == "path")
    field.append(_titled(words))
    seen = {"d": " ".join(shape.get("d", "").split()), "fill": "#ffffff", "fill-opacity": "0"}
    field.append(ElementTree.Element(f"{{{NAMESPACE}}}path", seen))
    return field


def _titled(words: str) -> ElementTree.Element:
    spoken = ElementTree.Element(f"{{{NAMESPACE}}}title")
    spoken.text = words
    return spoken


def _gathered(root: ElementTree.Element) -> ElementTree.Element:
    """Everything that is drawn in one group."""
    group = ElementTree.Element(f"{{{NAMESPACE}}}g")
    drawn = [child for child in root if _name(child) not in KEPT_WHOLE]
    for child in drawn:
        root.remove(child)
    group.extend(drawn)
    root.append(group)
    root.set("role", "group")
    return group


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Names that are used inside the drawing get the prefix, others go."""
    used = {name for element in root.iter() for value in element.attrib.values() for name in _USED.findall(value)}
    used |= {element.get(f"{{{LINK}}}href", "").removeprefix("#") for element in root.iter()}
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name and name in used:
            element.set("id", f"{prefix}{name}")
        for key, value in list(element.attrib.items()):
            if key == f"{{{LINK}}}href":
                element.set(key, f"#{prefix}{value.removeprefix('#')}")
            elif "url(#" in value:
                element.set(key, _USED.sub(rf"url(#{prefix}\1)", value))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _declared(style: str) -> list[tuple[str, str]]:
    pairs = [part.partition(":") for part in style.split(";") if part.strip()]
    return [(name.strip(), _bare(value.strip())) for name, _, value in pairs]


def _bare(value: str) -> str:
    return value.removesuffix("px") if _NUMBER.match(value) else value
