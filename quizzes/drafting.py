"""A question as the editor hands it on: the authored form with its references. No database."""

import hashlib
import json
from dataclasses import dataclass

from quizzes.authored import Authored


@dataclass(frozen=True)
class Draft:
    """A checked question with what the course pack does not hold."""

    authored: Authored
    references: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """That of the authored form; with references, of both, so that a pack's question keeps its own."""
        own = self.authored.fingerprint()
        if not self.references:
            return own
        told = json.dumps([own, *self.references], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()
