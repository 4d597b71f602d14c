"""What browsers send, checked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_lazy

from lms.lib.states import Refused

MAX_BODY = 64_000
DEVICE_LENGTH = 40


class BadRequest(Refused):
    """A message that is not one of our script's."""

    def __init__(self) -> None:
        super().__init__(_("This request cannot be read. Reload the page and try again."), "bad_request")


@dataclass(frozen=True)
class Save:
    """One answer as the script sends it."""

    position: int
    fields: dict[str, list[str]]
    revision: int
    key: UUID
    client_at: datetime | None
    device: str
    seconds: int | None


def read_json(body: bytes) -> dict[str, Any]:
    """A JSON object of modest size. Raises BadRequest."""
    if len(body) > MAX_BODY:
        raise BadRequest
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(data, dict):
        raise BadRequest
    return data


def read_save(body: bytes) -> Save:
    """`{position, fields, revision, key, client_at, device, seconds}`. Raises BadRequest."""
    data = read_json(body)
    fields = data.get("fields")
    if not isinstance(fields, dict) or not all(
        isinstance(values, list) and all(isinstance(value, str) for value in values) for values in fields.values()
    ):
        raise BadRequest
    return Save(
        position=whole(data.get("position"), 1, 1_000),
        fields=fields,
        revision=whole(data.get("revision"), 1, 1_000_000),
        key=key(data.get("key")),
        client_at=moment(data.get("client_at")),
        device=device(data.get("device")),
        seconds=measured(data.get("seconds")),
    )


def whole(value: Any, least: int, most: int) -> int:
    """A whole number within bounds, also as text. Raises BadRequest."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadRequest
    return value


def measured(value: Any, most: int = 1_000_000) -> int | None:
    """A number that a browser counted for itself; evidence only, so an odd one is dropped, not refused."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def yes_or_no(value: Any) -> bool:
    """True or false. Raises BadRequest."""
    if not isinstance(value, bool):
        raise BadRequest
    return value


def key(value: Any) -> UUID:
    """An idempotency key. Raises BadRequest."""
    try:
        return UUID(str(value))
    except ValueError as error:
        raise BadRequest from error


def device(value: Any) -> str:
    """A tab's name for itself. Raises BadRequest."""
    if not isinstance(value, str) or not value or len(value) > DEVICE_LENGTH or not value.isascii():
        raise BadRequest
    return value


def moment(value: Any) -> datetime | None:
    """The browser's time of an answer; evidence only, so an odd one is dropped, not refused."""
    try:
        found = parse_datetime(value) if isinstance(value, str) and len(value) < 40 else None
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


class AnalysisForm(forms.Form):
    """Which attempts are measured, and how they are compared."""

    year = forms.ChoiceField(label=gettext_lazy("Handed in"), required=False)
    which = forms.ChoiceField(
        label=gettext_lazy("Attempts"),
        required=False,
        choices=[("", gettext_lazy("each person's first")), ("all", gettext_lazy("all attempts"))],
    )
    form = forms.ChoiceField(label=gettext_lazy("Form"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("Compare by"),
        required=False,
        choices=[
            ("", gettext_lazy("no comparison")),
            ("form", gettext_lazy("form")),
            ("language", gettext_lazy("language")),
            ("sex", gettext_lazy("sex")),
            ("run", gettext_lazy("class")),
        ],
    )

    def __init__(self, *args: Any, years: Sequence[int], forms_sat: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("at any time")), *((str(year), str(year)) for year in years)]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]
        if forms_sat:
            codes = [("", gettext_lazy("all forms")), *((code, code) for code in forms_sat)]
            self.fields["form"].choices = codes  # type: ignore[attr-defined]
        else:
            del self.fields["form"]
