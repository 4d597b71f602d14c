"""Template tags of the site's look: icons, parcels, bars. A builtin library: no ``load`` needed."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

FAMILIES = ("ql", "tp", "nn", "tx", "mt", "tn", "xh", "cc")
"""Subject families, each with a hatch of its own in ``static/img/hatch``."""


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """The icon `name` of the sprite.

    `size` is empty, ``sm`` or ``lg``, or further classes separated by spaces.
    An icon says nothing by itself; give `label` only where no words stand beside it.
    """
    classes = " ".join(["i", *(f"i--{part}" if part in {"sm", "lg"} else part for part in size.split())])
    sprite = static("img/icons.svg")
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
    fill = min(float(value or 0) / total, 1) * 100
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
    if request is None or not address:
        return mark_safe("")
    path = address.split("?")[0]
    if request.path == path:
        return mark_safe(' aria-current="page"')
    if path.strip("/").count("/") and request.path.startswith(path):
        return mark_safe(' aria-current="true"')
    return mark_safe("")


@register.filter
def percent(value: float, places: int = 0) -> str:
    """`value` with `places` decimals in the reader's format and a percent sign."""
    return f"{number_format(value, decimal_pos=places, use_l10n=True)}%"


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
def control(bound_field) -> str:
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
def widget(bound_field, hint: str = "", classes: str = "", **attrs: str) -> SafeString:
    """The control of `bound_field`, tied to its hint and error and marked when invalid.

    Overrides Django's own ``aria-describedby``, which names a help text that our markup words differently.
    """
    own = bound_field.field.widget.attrs
    kind = control(bound_field)
    invalid = bool(bound_field.errors)
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in ("", None)}
    described = [given.pop("describedby", "")]
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
    if kind in {"text", "textarea", "select", "file"}:
        given["class"] = " ".join(part for part in ("input", own.get("class", ""), classes) if part)
    elif classes or own.get("class"):
        given["class"] = " ".join(part for part in (own.get("class", ""), classes) if part)
    return bound_field.as_widget(attrs=given)


def _plain(number: float) -> str:
    """`number` for an attribute: a full stop, never the reader's format."""
    return f"{number:.4g}" if number < 1000 else f"{number:.0f}"
