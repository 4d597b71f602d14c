"""What browsers send, checked."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_lazy

from lms.lib.states import Refused
from quizzes.models import Bank, Question, QuestionVersion, Topic
from quizzes.types import TYPES

MAX_BODY = 20_000
DEVICE_LENGTH = 40


class StartForm(forms.Form):
    """The promise before the start."""

    oath = forms.BooleanField(
        label=gettext_lazy("I work on my own, and do not copy or photograph the questions."),
        error_messages={"required": gettext_lazy("Tick the promise to start.")},
    )


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
    """`{position, fields, revision, key, client_at, device}`. Raises BadRequest."""
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
    )


def whole(value: Any, least: int, most: int) -> int:
    """A whole number within bounds, also as text. Raises BadRequest."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadRequest
    return value


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


class QuestionFilterForm(forms.Form):
    """Narrows the list of a bank's questions."""

    q = forms.CharField(label=gettext_lazy("Code or words"), max_length=100, required=False)
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"), queryset=Topic.objects.none(), required=False, empty_label=gettext_lazy("All")
    )
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulty"), required=False)
    use = forms.ChoiceField(label=gettext_lazy("Use"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, bank: Bank, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", gettext_lazy("All"))]
        self.fields["topic"].queryset = bank.topics.all()  # type: ignore[attr-defined]
        choices: dict[str, Any] = {
            "type": [(kind.code, kind.label) for kind in TYPES.values()],
            "difficulty": QuestionVersion.Difficulty.choices,
            "use": Question.Use.choices,
            "state": Question.State.choices,
        }
        for name, values in choices.items():
            self.fields[name].choices = [*everything, *values]  # type: ignore[attr-defined]
