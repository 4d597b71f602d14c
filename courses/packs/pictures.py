"""Pictures of a lesson: drawings and photographs, checked before they are served."""

import io
import re
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PHOTOGRAPHS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
KINDS = ("svg", *PHOTOGRAPHS)
_ELEMENTS = frozenset(
    {"svg", "title", "desc", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline"}
    | {"polygon", "text", "tspan", "marker", "pattern", "mask", "clipPath", "linearGradient", "radialGradient", "stop"}
)
_INNER = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")
_DECLARATION = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE
)


def extension(name: str) -> str:
    """The lower-case end of a file's name."""
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def faults(name: str, content: bytes) -> list[str]:
    """What is wrong with a picture; nothing if it may be served as it is."""
    kind = extension(name)
    if kind == "svg":
        return drawing_faults(content)
    if kind not in PHOTOGRAPHS:
        return [_("Pictures are %(kinds)s.") % {"kinds": ", ".join(KINDS)}]
    return (
        [] if _parses(content, PHOTOGRAPHS[kind]) else [_("This cannot be read as %(kind)s.") % {"kind": kind.upper()}]
    )


def _parses(content: bytes, kind: str) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format != kind:
                return False
            picture.verify()
    except Exception:  # Pillow raises many kinds for a broken file; all mean the same here
        return False
    return True


def drawing_faults(content: bytes) -> list[str]:
    """What makes an SVG unsafe to serve: whatever runs, styles or reaches outside of the file.

    Entities are refused before the parser sees them: they can grow a small file
    without bound.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return [_("This is not UTF-8 text.")]
    if _DECLARATION.search(content):
        return [_("A drawing may hold no DOCTYPE, entity or stylesheet, and is in UTF-8.")]
    try:
        # Entities, which are what makes this parser unsafe, have been refused above.
        root = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError as error:
        return [_("This is not well-formed SVG: %(error)s.") % {"error": error}]
    if root.tag != f"{SVG}svg":
        return [_("This is not an SVG drawing.")]
    found = []
    for element in root.iter():
        tag = str(element.tag).removeprefix(SVG)
        if tag not in _ELEMENTS:
            found.append(_("The element <%(tag)s> is not taken in a drawing.") % {"tag": tag})
        found += _attribute_faults(tag, element.attrib)
    return list(dict.fromkeys(found))


def _attribute_faults(tag: str, attributes: dict[str, str]) -> list[str]:
    found = []
    for name, value in attributes.items():
        local = name.rsplit("}", 1)[-1].lower()
        tight = re.sub(r"[\s\x00-\x1f]+", "", value).lower()
        if local.startswith("on") or local == "style" or "javascript:" in tight:
            found.append(_("The attribute “%(name)s” is not taken in a drawing.") % {"name": local})
        elif ((local in ("href", "src") or name == HREF) and not value.startswith("#")) or (
            "url(" in tight and not _INNER.fullmatch(value.strip())
        ):
            found.append(_("<%(tag)s> reaches outside of the drawing.") % {"tag": tag})
    return found


def figure_faults(content: bytes) -> list[str]:
    """What a figure without other faults lacks to be read on a phone and by a screen reader."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError:
        return []
    found = []
    box = (root.get("viewBox") or "").replace(",", " ").split()
    if len(box) != 4 or box[2] not in ("360", "360.0"):
        found.append(_("A figure's viewBox is 360 units wide."))
    first = next(iter(root), None)
    if first is None or first.tag != f"{SVG}title" or not (first.text or "").strip():
        found.append(_("A figure's first element is its <title>."))
    return found
