"""The rules of the training matrix, as rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from certificates.matrix import (
    DUE_WITHIN,
    Cell,
    Done,
    Need,
    Standing,
    Status,
    asked_of,
    judge,
    lasts_until,
    months_after,
    row,
    standing,
)

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
MONTHS = st.none() | st.integers(1, 120)
DONE = st.builds(Done, DAYS, st.none() | DAYS)


@pytest.mark.parametrize(
    ("done", "months", "status"),
    [
        (Done(date(2025, 11, 23)), 12, Status.DUE),  # counts up to and with this day
        (Done(date(2025, 11, 22)), 12, Status.EXPIRED),
        (Done(TODAY), 12, Status.HAS),
        (Done(date(2020, 1, 1)), None, Status.HAS),  # once is enough
        (Done(date(2026, 1, 1), until=date(2026, 12, 31)), None, Status.DUE),
        (Done(date(2026, 1, 1), until=date(2027, 12, 31)), 6, Status.EXPIRED),  # the rule is shorter than the paper
        (Done(date(2026, 11, 1), until=date(2026, 11, 2)), 24, Status.EXPIRED),  # the paper is shorter than the rule
    ],
)
def test_what_has_been_done_counts_as_long_as_paper_and_rule_say(
    done: Done, months: int | None, status: Status
) -> None:
    assert judge(months, [done], on=TODAY).status == status


def test_nothing_done_is_missing_and_nothing_asked_is_no_gap() -> None:
    assert judge(12, [], on=TODAY).status == Status.MISSING
    cells = row({7: 12}, [5, 7], {}, on=TODAY, learning={})
    assert [cell.status for cell in cells] == [Status.NOT_ASKED, Status.MISSING]
    assert standing(cells) == Standing.GAP
    assert standing(row({}, [5, 7], {}, on=TODAY, learning={})) == Standing.COMPLETE


def test_who_learns_or_is_proposed_need_not_be_sent_but_still_has_a_gap() -> None:
    learning = judge(12, [], on=TODAY, learning=date(2026, 12, 31))
    proposed = judge(12, [Done(date(2020, 1, 1))], on=TODAY, proposed=True)
    assert learning.gap and proposed.gap
    assert not learning.wanting and not proposed.wanting
    assert judge(12, [], on=TODAY).wanting
    assert not judge(12, [Done(TODAY)], on=TODAY).wanting


def test_the_rule_of_the_job_and_that_of_everybody_are_both_kept() -> None:
    needs = [Need("", 1, 24), Need("kcs", 1, 12), Need("kcs", 2), Need("kho", 3, 6), Need("", 4, 6), Need("kcs", 4)]
    assert asked_of(needs, "kcs") == {1: 12, 2: None, 4: 6}
    assert asked_of(needs, "") == {1: 24, 4: 6}
    assert asked_of(reversed(needs), "kcs") == {1: 12, 2: None, 4: 6}


@given(DAYS, st.integers(1, 240))
def test_months_later_is_the_same_day_or_the_last_of_its_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(st.lists(DONE, max_size=5), MONTHS, DAYS)
def test_the_verdict_is_that_of_what_lasts_longest(done: list[Done], months: int | None, on: date) -> None:
    cell = judge(months, done, on=on)
    past = [one for one in done if one.on <= on]
    ends = [lasts_until(one, months) for one in past]
    if not past:
        assert cell == Cell(Status.MISSING)
    elif None in ends:
        assert cell.status == Status.HAS and cell.until is None
    else:
        last = max(end for end in ends if end is not None)
        assert cell.until == last
        assert (cell.status == Status.EXPIRED) == (last < on)
        assert (cell.status == Status.DUE) == (on <= last <= on + DUE_WITHIN)


@given(st.lists(DONE, max_size=4), DONE, MONTHS, DAYS)
def test_learning_more_never_makes_it_worse(done: list[Done], more: Done, months: int | None, on: date) -> None:
    order = [Status.MISSING, Status.EXPIRED, Status.DUE, Status.HAS]
    before, after = judge(months, done, on=on), judge(months, [*done, more], on=on)
    assert order.index(after.status) >= order.index(before.status)


@given(st.lists(DONE, max_size=4), st.integers(1, 60), st.integers(0, 60), DAYS)
def test_a_stricter_rule_never_makes_it_better(done: list[Done], months: int, lenient: int, on: date) -> None:
    order = [Status.MISSING, Status.EXPIRED, Status.DUE, Status.HAS]
    strict, loose = judge(months, done, on=on), judge(months + lenient, done, on=on)
    assert order.index(strict.status) <= order.index(loose.status)
