"""Names of what figures are counted by, in both languages and in the order in which they are listed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from lms.lib.bilingual import pick


@dataclass(frozen=True)
class Label:
    """A name in both languages; `order` sorts it among its like."""

    vi: str
    en: str
    order: tuple[int, str] = (0, "")

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return pick(self.vi, self.en)


def translated(text: Any, order: int = 0) -> Label:
    """The label of a lazily translated text."""
    with override("vi"):
        vi = str(text)
    with override("en"):
        en = str(text)
    return Label(vi, en, (order, ""))


LAST = 1_000_000
"""Order of what is not known: after everything that is."""


Labels = dict[str, dict[str, Label]]
"""Labels by dimension and key."""
