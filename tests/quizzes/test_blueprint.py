"""Drawing by a blueprint whose cells overlap, least used first; forms that are worth the same."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings, strategies as st

from quizzes.blueprint import Candidate, CannotServe, Cell, assign, draw, shortages
from quizzes.equivalence import Piece, build, compare, expected
from quizzes.types import rng


def pool_of(*rows):
    return [Candidate(number, *row) for number, row in enumerate(rows)]


def test_a_topic_takes_in_those_below_it():
    pool = pool_of(("a1", "recall", "", ("a",)), ("a2", "apply", "", ("a",)), ("b", "recall"))
    assert sorted(draw([Cell("a", "", 2)], pool, "s")) == [0, 1]
    assert [short.available for short in shortages([Cell("a", "apply", 2)], pool)] == [1]


def test_competence_narrows():
    pool = pool_of(("a", "recall", "audit"), ("a", "recall", "plan"), ("a", "recall", "audit"))
    assert sorted(draw([Cell("a", "", 2, "audit")], pool, "s")) == [0, 2]


def test_cells_that_overlap_are_served_whenever_there_is_a_way():
    # Greedy would spend the only fitting question of the second cell on the first.
    pool = pool_of(("a1", "recall", "", ("a",)), ("a2", "recall", "", ("a",)))
    for seed in range(30):
        filled = assign([Cell("a", "", 1), Cell("a1", "", 1)], pool, rng(str(seed)))
        assert filled == [[1], [0]]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "a1", "a2", "b"]), st.sampled_from(["recall", "apply"])), max_size=7),
    st.lists(
        st.tuples(st.sampled_from(["a", "a1", "b"]), st.sampled_from(["", "recall", "apply"]), st.integers(0, 3)),
        max_size=3,
        unique_by=lambda row: row[:2],
    ),
)
def test_it_is_served_exactly_when_hall_says_that_it_can_be(rows, asked):
    """Hall (1935): all cells can be filled exactly when each group of them finds enough questions between them."""
    pool = [
        Candidate(number, topic, difficulty, "", ("a",) if topic in ("a1", "a2") else ())
        for number, (topic, difficulty) in enumerate(rows)
    ]
    cells = [Cell(*row) for row in asked]
    possible = all(
        sum(cell.count for cell in group) <= sum(any(one.fits(cell) for cell in group) for one in pool)
        for size in range(1, len(cells) + 1)
        for group in combinations(cells, size)
    )
    assert (shortages(cells, pool) == []) is possible
    if not possible:
        with pytest.raises(CannotServe):
            assign(cells, pool, rng("x"))
        return
    filled = assign(cells, pool, rng("x"))
    by_version = {one.version: one for one in pool}
    assert [len(drawn) for drawn in filled] == [cell.count for cell in cells]
    assert all(by_version[version].fits(cell) for cell, drawn in zip(cells, filled, strict=True) for version in drawn)
    flat = [version for drawn in filled for version in drawn]
    assert len(flat) == len(set(flat))


def test_least_used_first_and_chance_among_equals():
    pool = [Candidate(number, "a", "recall", uses=number // 4) for number in range(12)]
    seen = Counter(version for seed in range(200) for version in draw([Cell("a", "", 4)], pool, str(seed), spread=True))
    assert set(seen) == {0, 1, 2, 3}
    seen = Counter(version for seed in range(400) for version in draw([Cell("a", "", 2)], pool, str(seed), spread=True))
    assert set(seen) == {0, 1, 2, 3} and min(seen.values()) > 140


def test_every_question_has_its_turn():
    pool = [Candidate(number, "a", "recall") for number in range(10)]
    seen = Counter(version for seed in range(1000) for version in draw([Cell("a", "", 3)], pool, str(seed)))
    # 300 expected of each; 5 standard deviations.
    assert all(abs(count - 300) < 73 for count in seen.values())


def bank():
    dice = rng("bank")
    pool, pieces = [], {}
    for number in range(60):
        topic, difficulty = "ab"[number % 2], ("recall", "apply")[number // 2 % 2]
        pool.append(Candidate(number, topic, difficulty))
        pieces[number] = Piece(number, topic, difficulty, 1, round(dice.uniform(0.3, 0.95), 2))
    return pool, pieces


def flat(form):
    return [version for versions in form for version in versions]


def test_forms_that_are_worth_the_same():
    pool, pieces = bank()
    cells = [Cell("a", "recall", 5), Cell("a", "apply", 5), Cell("b", "", 8)]
    forms = build(cells, pool, pieces, 2, rng("forms"))
    first, second = ([pieces[version] for version in flat(form)] for form in forms)
    balance = compare(first, second)
    assert balance.shared == 0 and balance.same_points and balance.measured == 1
    assert abs(balance.difference) <= 0.03
    assert build(cells, pool, pieces, 2, rng("forms")) == forms


def test_a_small_bank_shares_no_more_than_it_must():
    pool, pieces = bank()
    cells = [Cell("a", "recall", 10)]
    forms = build(cells, pool, pieces, 2, rng("x"))
    assert len(set(flat(forms[0])) & set(flat(forms[1]))) == 5
    with pytest.raises(CannotServe):
        build([Cell("a", "recall", 16)], pool, pieces, 2, rng("x"))


def test_unequal_forms_are_told():
    easy = [Piece(number, "a", "recall", 1, 0.9) for number in range(10)]
    hard = [Piece(number + 10, "a", "recall", 1, 0.6) for number in range(10)]
    balance = compare(easy, hard)
    assert not balance.balanced and balance.difference == pytest.approx(0.3)
    assert not compare(easy, hard[:9]).same_points
    assert not compare(easy, [Piece(30, "b", "recall", 1)] * 10).same_cells
    assert expected([]) == 0
    assert expected([Piece(1, "a", "analyse", 4), Piece(2, "a", "recall", 1)]) == pytest.approx(0.56)
