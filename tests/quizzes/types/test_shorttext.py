"""Short text: what fits, what earns a part, what no pattern can do."""

import time
import unicodedata
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from quizzes import written
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["accept"][0]["vi"] = "PRP"
    return other


class TestShortText(Contract):
    node = QUESTIONS["QT-SHORT"]
    other = changed(QUESTIONS["QT-SHORT"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": ["  Diem  kiem soat TOI HAN. "]}

    @pytest.mark.parametrize(
        ("text", "share"),
        [
            ("điểm kiểm soát tới hạn", Fraction(1)),
            ("ĐIỂM KIỂM SOÁT TỚI HẠN", Fraction(1)),
            ("ccp", Fraction(1)),
            ("Critical control points", Fraction(1)),
            ("điểm kiểm soát", Fraction(1, 2)),
            ("giới hạn tới hạn", Fraction(0)),
            ("điểm", Fraction(0)),
        ],
    )
    def test_shares(self, text: str, share: Fraction) -> None:
        question = parse(self.node)
        assert self.kind.grade(question.content, question.key, {"text": text}) == share

    def test_feedback_is_of_the_answer_that_fits(self) -> None:
        question = parse(self.node)
        told = self.kind.reveal(question.content, [], question.key, question.feedback, {"text": "Control points"}, "en")
        assert told.feedback == ["“Critical” is missing: not every control point is critical."]
        assert told.marks == {"r": "part"}
        assert told.right == ["critical control point…"]

    def test_accents_count_where_the_author_says_so(self) -> None:
        node = {**self.node, "accept": [{"vi": "hòa tan", "en": "dissolve"}], "accents": True}
        node["explanation"] = node.pop("explanation")
        question = parse(node)
        grades = [
            self.kind.grade(question.content, question.key, {"text": it}) for it in ("Hoà tan", "hoa tan", "HÒA TAN")
        ]
        assert grades == [1, 0, 1]

    @pytest.mark.parametrize("pattern", ["*", "?*", "a|*", "a|", " | b", "\\", "…"])
    def test_a_pattern_that_accepts_anything_is_a_fault(self, pattern: str) -> None:
        assert "accepts almost anything" in faults(self.node, accept=[{"vi": pattern, "en": "x"}])

    def test_somebody_must_be_able_to_earn_everything(self) -> None:
        assert "earn everything" in faults(self.node, accept=[{"vi": "a", "en": "a", "share": 90}])


@pytest.mark.parametrize(
    ("text", "pattern", "fit"),
    [
        ("Shewhart", "she?hart", True),
        ("biểu đồ kiểm soát Shewhart", "*shewhart", True),
        ("a*b", "a\\*b", True),
        ("axb", "a\\*b", False),
        ("ab", "a*b*", True),
        ("X̄-R", "x-r", True),
        ("p–chart", "p-chart", True),
        ("đồng", "dong", True),
        ("aab", "*ab", True),
        ("", "*", True),
        ("Ｃ Ｃ Ｐ", "c c p", True),
        ("điểm\u00a0kiểm\u202fsoát", "điểm kiểm soát", True),
        ("CCP 🙂", "CCP", False),
        ("hòa tan", "hoà tan", True),
    ],
)
def test_patterns(text: str, pattern: str, fit: bool) -> None:
    assert written.fits(text, pattern, accents=False) is fit


@pytest.mark.parametrize(
    ("text", "pattern", "fit"),
    [
        ("hòa", "hoà", True),
        (unicodedata.normalize("NFD", "hòa tan đường"), "hoà tan đường", True),
        (unicodedata.normalize("NFKD", "Thuỷ sản"), "thủy sản", True),
        ("duong", "đường", False),
        ("dường", "đường", False),
        ("ĐƯỜNG", "đường", True),
        ("má", "mà", False),
        ("ＨÒＡ", "hòa", True),
        ("hoà đạm", "hòa*", True),
        ("toàn bộ máy", "tòan*", True),
        ("quý I", "qúy ?", True),
        ("hoa sen", "hòa*", False),
    ],
)
def test_where_accents_count_the_way_of_typing_does_not(text: str, pattern: str, fit: bool) -> None:
    assert written.fits(text, pattern, accents=True) is fit
    assert written.fits(text, pattern, accents=False)


@given(text=st.text(max_size=40), pattern=st.text(max_size=40), accents=st.booleans())
def test_any_text_meets_any_pattern_without_an_error(text: str, pattern: str, accents: bool) -> None:
    assert written.fits(text, pattern, accents=accents) in (True, False)


@given(text=st.text(alphabet="aăâbcdđeêôơưáàảãạ xyz", min_size=1, max_size=30))
def test_a_text_fits_itself_however_it_is_written(text: str) -> None:
    assert written.fits(text.upper(), text, accents=True)
    assert written.fits(text, text.upper(), accents=False)


def test_no_pattern_is_slow() -> None:
    begun = time.process_time()
    assert not written.fits("a" * 200, "*a" * 99 + "b", accents=False)
    assert time.process_time() - begun < 0.2
