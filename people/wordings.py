"""Words of notices as they stand now: the province's own where it has some, else the built-in ones."""

from collections.abc import Mapping
from typing import Any

from people.models import NoticeText
from people.notices import Own, Wording, wording


def own_texts() -> Own:
    """All texts that the province has changed: one query, for a page or a batch."""
    return {
        (text.kind, text.language): Wording(text.subject, text.body, text.button) for text in NoticeText.objects.all()
    }


class Wordings:
    """Words many notices with one query, made when the first is asked for."""

    def __init__(self) -> None:
        self._own: Own | None = None

    def __call__(self, kind: str, facts: Mapping[str, Any]) -> Wording:
        """The text of a notice in the language that is active."""
        if self._own is None:
            self._own = own_texts()
        return wording(kind, facts, self._own)
