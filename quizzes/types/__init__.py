"""Question types: one module each behind one promise. docs/question-types.md tells how to add one."""

from quizzes.types.base import (
    BadResponse,
    Choice,
    Fields,
    Json,
    Parsed,
    QuestionType,
    Reveal,
    Row,
    Shown,
    answer_fields,
    rng,
    say,
    tidy,
)
from quizzes.types.matching import Matching
from quizzes.types.multiple import Multiple
from quizzes.types.numeric import Numeric
from quizzes.types.ordering import Ordering
from quizzes.types.single import Single
from quizzes.types.truefalse import TrueFalse

TYPES: dict[str, QuestionType] = {
    kind.code: kind for kind in (Single(), Multiple(), TrueFalse(), Numeric(), Matching(), Ordering())
}
"""Every type by its code, in the order in which lists show them."""

__all__ = [
    "TYPES",
    "BadResponse",
    "Choice",
    "Fields",
    "Json",
    "Parsed",
    "QuestionType",
    "Reveal",
    "Row",
    "Shown",
    "answer_fields",
    "rng",
    "say",
    "tidy",
]
