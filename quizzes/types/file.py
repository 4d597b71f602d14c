"""A file handed in as the answer, graded by people by a rubric."""

import re
from random import Random
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _, gettext_lazy

from courses.packs.checks import Checker
from courses.packs.files import MarkedDict
from quizzes.types.base import BadResponse, Fields, Json, Parsed, Printed, Shown, known, of_response, one
from quizzes.types.essay import ByHand, export_rubric, parse_rubric

KINDS = ("pdf", "docx", "jpg", "jpeg", "png")
MAX_BYTES = 10 * 1024 * 1024
SALT = "quizzes.answer-file"
SLOT = re.compile(r"[0-9a-f]{32}")
FACTS = ("path", "name", "sha256", "size")


class File(ByHand):
    """Points by rubric. The answer is what the server noted when it took the file.

    The order of an attempt holds a slot of its own; the field of the form carries the
    noted facts signed for that slot, so that nobody answers with a path of their own
    making or with a file taken for somebody else.
    """

    code = "file"
    label = gettext_lazy("file")
    hint = gettext_lazy("Send one file. Examiners open it.")
    keys: tuple[str, ...] = ("rubric",)
    optional: tuple[str, ...] = ()
    sample = """\
rubric:
- {vi: Đủ công đoạn, en: All steps are there, points: 3}
- {vi: CCP đặt đúng chỗ và có lý do, en: CCPs well placed, points: 2}
"""

    def parse(self, node: MarkedDict, check: Checker) -> Parsed:
        """`rubric`."""
        return Parsed({}, {"rubric": parse_rubric(node, check)})

    def export(self, content: Json, key: Json, feedback: Json) -> Json:
        """`rubric`."""
        return {"rubric": export_rubric(key)}

    def shuffle(self, content: Json, rng: Random) -> Json:
        """The slot that files are taken for."""
        return {"slot": f"{rng.getrandbits(128):032x}"}

    def show(self, content: Json, order: Any, response: Any, language: str) -> Shown:
        """What was handed in, and the field for a file."""
        facts = _facts(response)
        return Shown(
            text=signed(order, facts) if facts else "",
            special={"file": facts, "accept": ",".join(f".{kind}" for kind in KINDS), "megabytes": MAX_BYTES >> 20},
        )

    def paper(self, content: Json, order: Any, language: str) -> Printed:
        """Not on paper."""
        told = _("This question is answered with a file and cannot be answered on paper.")
        return Printed(lines=(told,), on_paper=False)

    def given(self, content: Json, order: Any, response: Any, language: str) -> list[str]:
        """The file's name."""
        facts = _facts(response)
        return [facts["name"]] if facts else []

    def read(self, content: Json, order: Any, fields: Fields) -> Json | None:
        """`r`, the facts of a file as they were signed when it was taken."""
        known(fields, ["r"])
        token = one(fields, "r")
        if not token:
            return None
        try:
            facts = signing.loads(token[:2_000], salt=_salt(order))
        except signing.BadSignature as error:
            raise BadResponse(_("This file was not taken here. Send it again.")) from error
        return {"file": facts}


def signed(order: Any, facts: Json) -> str:
    """What the form carries for a file that was taken for this slot."""
    return signing.dumps({name: facts[name] for name in FACTS}, salt=_salt(order))


def slot(order: Any) -> str:
    """The slot of an attempt's question."""
    found = of_response(order, "slot", str)
    return found if SLOT.fullmatch(found) else ""


def _salt(order: Any) -> str:
    return f"{SALT}:{slot(order)}"


def _facts(response: Any) -> Json:
    facts = of_response(response, "file", dict)
    return facts if set(facts) == set(FACTS) else {}
