"""Question types: one module each behind one promise. docs/question-types.md tells how to add one."""

from quizzes.types.base import (
    VERDICT,
    BadResponse,
    Blank,
    Choice,
    Criterion,
    Fields,
    Json,
    Parsed,
    Part,
    Printed,
    QuestionType,
    Reveal,
    Row,
    Shown,
    answer_fields,
    mark,
    refill,
    rng,
    say,
    tidy,
    verdict,
)
from quizzes.types.calculated import Calculated
from quizzes.types.case import Case
from quizzes.types.categories import Categories
from quizzes.types.cloze import Cloze
from quizzes.types.essay import Essay
from quizzes.types.file import File
from quizzes.types.hotspot import Hotspot
from quizzes.types.matching import Matching
from quizzes.types.multiple import Multiple
from quizzes.types.numeric import Numeric
from quizzes.types.ordering import Ordering
from quizzes.types.shorttext import ShortText
from quizzes.types.single import Single
from quizzes.types.truefalse import TrueFalse

_PARTS: dict[str, QuestionType] = {
    kind.code: kind
    for kind in (
        Single(),
        Multiple(),
        TrueFalse(),
        ShortText(),
        Numeric(),
        Calculated(),
        Matching(),
        Ordering(),
        Categories(),
        Cloze(),
    )
}
"""Those that a case may be made of."""

TYPES: dict[str, QuestionType] = {
    **_PARTS,
    **{kind.code: kind for kind in (Hotspot(), Case(_PARTS), Essay(), File())},
}
"""Every type by its code, in the order in which lists show them."""

__all__ = [
    "TYPES",
    "VERDICT",
    "BadResponse",
    "Blank",
    "Choice",
    "Criterion",
    "Fields",
    "Json",
    "Parsed",
    "Part",
    "Printed",
    "QuestionType",
    "Reveal",
    "Row",
    "Shown",
    "answer_fields",
    "mark",
    "refill",
    "rng",
    "say",
    "tidy",
    "verdict",
]
