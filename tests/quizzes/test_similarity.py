"""Duplicates by text, and what changed between two versions."""

from fractions import Fraction
from random import Random
from time import process_time

import pytest
from hypothesis import given, strategies as st

from quizzes import wording
from quizzes.similarity import alike, nearest, score, shingles, texts_of

WORDS = "may do kim loai dung luc khong nhan mau thu san pham lo hang ca chieu bang tai nhiet do tam lanh dong".split()


def test_accents_case_and_marks_do_not_count() -> None:
    assert score(shingles("Máy dò kim loại, dừng lúc 14:10?"), shingles("may do KIM LOAI dung luc 14 10")) == 1


def test_texts_of_a_content_are_its_words() -> None:
    content = {
        "options": [{"id": "a", "vi": "Một", "en": "One"}],
        "stem": {"vi": "Câu", "en": "Stem"},
        "scoring": "all",
    }
    assert list(texts_of(content)) == ["Câu", "Một"]


def test_pairs_with_their_score() -> None:
    texts = {
        1: "Giới hạn tới hạn của công đoạn thanh trùng là gì?",
        2: "Giới hạn tới hạn của công đoạn cấp đông là gì?",
        3: "Ai phê duyệt kế hoạch đào tạo hằng năm?",
        4: "Giới hạn tới hạn của công đoạn thanh trùng là gì",
        5: "",
    }
    found = {(pair.first, pair.second): pair.score for pair in alike(texts)}
    assert found[1, 4] == 1
    assert found[1, 2] == Fraction(9, 15)
    assert not [pair for pair in found if 3 in pair or 5 in pair]
    assert nearest(texts[4], {2: texts[2], 3: texts[3]}) == (2, Fraction(9, 15))
    assert nearest("hoàn toàn khác", {3: texts[3]}) is None


@given(st.lists(st.lists(st.sampled_from(WORDS[:6]), min_size=1, max_size=8).map(" ".join), max_size=12))
def test_the_index_loses_no_pair(texts: list[str]) -> None:
    numbered = dict(enumerate(texts))
    plain = {
        (one, other)
        for one in numbered
        for other in numbered
        if one < other and score(shingles(texts[one]), shingles(texts[other])) >= Fraction(3, 5)
    }
    assert {(pair.first, pair.second) for pair in alike(numbered)} == plain


def test_thousands_take_seconds() -> None:
    """A fifth of the 5,000 that a bank may hold, so that the suite stays fast; growth is near to linear."""
    random = Random(1)
    vocabulary = [f"{one}{two}" for one in WORDS for two in "abcdefgh"]
    texts = {number: " ".join(random.choices(vocabulary, k=30)) for number in range(1000)}
    texts[1000] = texts[7] + " thêm"
    before = process_time()
    found = alike(texts)
    assert process_time() - before < 2
    assert [(pair.first, pair.second) for pair in found] == [(7, 1000)]


def test_words_that_went_and_came() -> None:
    line = wording.compare("Máy dừng lúc 14:00.", "Máy dừng lúc 14:10.")
    assert [(run.kind, run.text) for run in line.runs] == [
        ("same", "Máy dừng lúc 14:"),
        ("gone", "00"),
        ("new", "10"),
        ("same", "."),
    ]
    assert line.changed
    assert not wording.compare("a b", "a b").changed


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_comparison_holds_both_texts(old: str, new: str) -> None:
    runs = wording.compare(old, new).runs
    assert "".join(run.text for run in runs if run.kind != "new") == old
    assert "".join(run.text for run in runs if run.kind != "gone") == new


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (["a b", "c"], ["a b", "c"], [["same"], ["same"]]),
        (["a b"], ["a x"], [["same", "gone", "new"]]),
        (["a"], ["a", "b"], [["same"], ["new"]]),
        (["a", "b"], ["b"], [["gone"], ["same"]]),
    ],
)
def test_lists_line_by_line(old: list[str], new: list[str], kinds: list[list[str]]) -> None:
    assert [[run.kind for run in line.runs] for line in wording.compare_lists(old, new)] == kinds


def test_lines_of_a_content() -> None:
    content = {"stem": {"vi": "x"}, "options": [{"id": "a", "vi": "Một", "en": "One"}], "scoring": "all"}
    assert list(wording.lines_of(content, "en")) == ["One", "scoring: all"]
