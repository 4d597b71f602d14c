"""One module, one template and one test file per question type: docs/question-types.md promises it."""

from pathlib import Path

from quizzes import types
from quizzes.types import TYPES

HERE = Path(__file__).parent
SHARED = {"__init__", "base", "choices", "lines"}
"""Modules of what several types share."""


def test_every_type_is_one_module_one_template_and_one_test_file() -> None:
    modules = {path.stem for path in Path(types.__file__).parent.glob("*.py")} - SHARED
    tests = {path.stem.removeprefix("test_") for path in (HERE / "types").glob("test_*.py")} - {"every"}
    templates = {path.stem for path in Path(types.__file__).parents[2].glob("templates/quizzes/types/[a-z]*.html")}
    assert modules == tests == templates == set(TYPES)
    for code, kind in TYPES.items():
        assert type(kind).__module__ == f"quizzes.types.{code}"
        assert "(Contract):\n" in (HERE / "types" / f"test_{code}.py").read_text()
