"""Template tags of the site's look: icons, parcels, bars. A builtin library: no ``load`` needed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from django import template
from django.forms import BoundField
from django.template.base import FilterExpression, Parser, Token
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

FAMILIES = ("ql", "tp", "nn", "tx", "mt", "tn", "xh", "cc")
"""Subject families, each with a hatch of its own in ``static/img/hatch``."""


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """The icon `name` of the sprite.

    `size` is empty, ``sm`` or ``lg``, or further classes separated by spaces.
    An icon says nothing by itself; give `label` only where no words stand beside it.
    """
    return _drawn(name, size, str(label), static("img/icons.svg"))


# By type too: what is marked as safe and what is not are equal texts, and escaped differently.
@lru_cache(maxsize=1024, typed=True)
def _drawn(name: str, size: str, label: str, sprite: str) -> SafeString:
    """A page shows up to a hundred icons, mostly the same few."""
    classes = " ".join(["i", *(f"i--{part}" if part in {"sm", "lg"} else part for part in size.split())])
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#i-{}"/></svg>', classes, label, sprite, name
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, sprite, name)


@register.simple_tag
def hatch(family: str, classes: str = "") -> SafeString:
    """A field parcel with the hatch of `family`; an unknown family gets that of quality management."""
    return format_html(
        '<span class="plot{}" data-f="{}" aria-hidden="true"></span>',
        f" {classes}" if classes else "",
        family if family in FAMILIES else "ql",
    )


@register.simple_tag
def progress(value: float, max: float = 100, label: str = "", variant: str = "") -> SafeString:
    """A bar of `value` out of `max`; write the number beside it.

    `variant` is empty (progress), ``gold`` (quota) or ``low`` (below the mark).
    Without `label` the bar is hidden from assistive technology, as the number beside it says the same.
    """
    total = float(max or 0)
    part = min(float(value or 0), total)
    classes = f"bar bar--{variant}" if variant else "bar"
    named = format_html('aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<progress class="{}" value="{}" max="{}" {}></progress>',
        classes,
        _plain(part),
        _plain(total or 1),
        named,
    )


@register.simple_tag
def gauge(value: float, minimum: float, max: float = 100, label: str = "") -> SafeString:
    """A bar with the minimum as a tick; red below it. Drawn, since style attributes are not allowed."""
    total = float(max or 0) or 1.0
    share = min(float(value or 0) / total, 1)
    fill = share * 100 if share > 0 else 0
    tick = min(float(minimum or 0) / total, 1) * 100
    return format_html(
        '<svg class="gauge{}" role="img" aria-label="{}"><rect class="gauge__fill" width="{}%" height="100%" rx="6"/>'
        '<rect class="gauge__min" x="{}%" y="-25%" width="3" height="150%" rx="1.5"/></svg>',
        " gauge--low" if fill < tick else "",
        label,
        _plain(fill),
        _plain(tick),
    )


@register.simple_tag(takes_context=True)
def here(context: template.Context, address: str) -> SafeString:
    """``aria-current`` for a link to `address`: ``page`` on the page itself, ``true`` below it."""
    request = context.get("request")
    mark = current(request.path, address) if request is not None and address else ""
    return format_html(' aria-current="{}"', mark) if mark else mark_safe("")


def current(path: str, address: str) -> str:
    """What ``aria-current`` says on the page `path` of a link to `address`; empty elsewhere."""
    address = address.split("?")[0]
    if path == address:
        return "page"
    return "true" if address.strip("/").count("/") and path.startswith(address) else ""


KEPT_PARTS = 500


class KeptNode(template.Node):
    """What `kept` makes."""

    parts: ClassVar[dict[tuple[object, ...], SafeString]] = {}

    def __init__(self, name: str, inputs: list[FilterExpression], nodelist: template.NodeList) -> None:
        self.name, self.inputs, self.nodelist = name, inputs, nodelist

    def render(self, context: template.Context) -> SafeString:
        """The part, drawn at the first time."""
        key = (self.name, get_language(), *(item.resolve(context, ignore_failures=True) for item in self.inputs))
        drawn = self.parts.get(key)
        if drawn is None:
            drawn = self.nodelist.render(context)
            if len(self.parts) >= KEPT_PARTS:
                self.parts.clear()
            self.parts[key] = drawn
        return drawn


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """``{% kept "name" input … %}…{% endkept %}``: drawn once per language and inputs, then kept by the process.

    Only for parts of the frame that say the same to everybody for whom the inputs are
    equal: name every variable that the part uses, and nothing of which there is much.
    """
    _tag, name, *inputs = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(name.strip('"'), [parser.compile_filter(item) for item in inputs], nodelist)


@register.filter
def percent(value: float, places: int = 0) -> str:
    """`value` with `places` decimals in the reader's format and a percent sign."""
    # Rounded here: Django’s format cuts decimals off.
    return f"{number_format(round(value, places), decimal_pos=places, use_l10n=True)}%"


SPAN = re.compile(r"(?<=\d)–(?=\d)")

BOUND = ("chuyên gia", "tư vấn", "chứng nhận", "chất lượng", "năng suất", "thủy sản", "rau quả", "chế biến", "nhà máy")
"""Compounds that a large heading must not break."""


@register.filter
def bound(text: object) -> str:
    """`text` for a heading: compounds of Vietnamese keep together on narrow screens."""
    words = str(text)
    for compound in BOUND:
        for written in (compound, compound.capitalize()):
            words = words.replace(written, written.replace(" ", "\N{NO-BREAK SPACE}"))
    return words


@register.filter
def hours(text: object) -> str:
    """`text` with spans such as 18:00–20:30 kept on one line: browsers break after the dash."""
    return SPAN.sub("\N{WORD JOINER}–\N{WORD JOINER}", str(text))


@register.filter
def level(message: object) -> str:
    """The alert's kind for a message of Django: ok, warn, bad or info."""
    tag = getattr(message, "level_tag", "")
    return {"success": "ok", "warning": "warn", "error": "bad"}.get(tag, "info")


@register.filter
def kind_icon(kind: str) -> str:
    """The icon that stands in an alert or toast of `kind`."""
    return {"ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}.get(kind, "info")


@register.filter
def control(bound_field: BoundField) -> str:
    """Which control a bound field shows: check, checks, radios, select, file, textarea, date or text."""
    widget = bound_field.field.widget
    kind = getattr(widget, "input_type", "")
    if kind == "checkbox":
        return "checks" if getattr(widget, "allow_multiple_selected", False) else "check"
    if kind == "radio":
        return "radios"
    if kind in {"select", "file"}:
        return kind
    return "text" if kind else "textarea"


@register.simple_tag
def widget(bound_field: BoundField, hint: str = "", classes: str = "", **attrs: str) -> SafeString:
    """The control of `bound_field`, tied to its hint and error and marked when invalid.

    Overrides Django's own ``aria-describedby``, which names a help text that our markup words differently.
    """
    own = bound_field.field.widget.attrs
    kind = control(bound_field)
    invalid = bool(bound_field.errors)
    described = [attrs.pop("describedby", "")]
    given: dict[str, str | bool] = {
        name.replace("_", "-"): value for name, value in attrs.items() if value not in ("", None)
    }
    if invalid:
        described.append(f"{bound_field.auto_id}-error")
        given["aria-invalid"] = "true"
    elif hint or bound_field.help_text:
        described.append(f"{bound_field.auto_id}-hint")
    names = " ".join(name for name in described if name)
    if names:
        given["aria-describedby"] = names
    elif kind not in {"radios", "checks"}:
        given["aria-describedby"] = False
    of_widget = str(own.get("class", ""))
    if kind in {"text", "textarea", "select", "file"}:
        given["class"] = " ".join(part for part in ("input", of_widget, classes) if part)
    elif classes or of_widget:
        given["class"] = " ".join(part for part in (of_widget, classes) if part)
    return bound_field.as_widget(attrs=given)


def _plain(number: float) -> str:
    """`number` for an attribute: a full stop, never the reader's format."""
    return f"{number:.4g}" if number < 1000 else f"{number:.0f}"
