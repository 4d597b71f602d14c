"""The rules of places as rules: counts in, verdict out."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from enrolments.prerequisites import Asked, Held, judge, months_before
from enrolments.seats import (
    InLine,
    Places,
    Room,
    Slot,
    Way,
    clashes,
    gives_until,
    hold_until,
    next_in_line,
    way_in,
)
from enrolments.windows import Window, days_of, moved
from lms.lib.periods import ZONE

ENTERPRISES = st.sampled_from([None, 1, 2, 3])


@st.composite
def classes(draw):
    limit = draw(st.none() | st.integers(1, 12))
    quota = draw(st.none() | st.integers(1, 4))
    in_use = draw(st.dictionaries(ENTERPRISES, st.integers(0, 4), max_size=4))
    line = draw(st.lists(st.tuples(ENTERPRISES, st.booleans()), max_size=20))
    return Places(limit, quota, in_use), [InLine(number, *one) for number, one in enumerate(line)]


@given(classes())
def test_promotion_never_oversells_keeps_the_order_and_leaves_nothing_that_could_be_given(case):
    places, line = case
    chosen = next_in_line(places, line)
    after = places.after(one.enterprise for one in chosen)
    # Never more than there are places, and no enterprise past its quota that was not past it before.
    assert len(chosen) <= (len(line) if places.left is None else places.left)
    for enterprise in {one.enterprise for one in chosen} - {None}:
        assert places.quota is None or after.in_use[enterprise] <= places.quota
    # In the order of the line, each once, none who is not ready.
    assert [one.request for one in chosen] == sorted({one.request for one in chosen})
    assert all(one.ready for one in chosen)
    # Whoever was passed over could not have been given a place at their turn, nor could now.
    taken = {one.request for one in chosen}
    for one in line:
        if one.request not in taken:
            assert not one.ready or after.room(one.enterprise) is not Room.FREE
    # Called again, nobody more.
    assert next_in_line(after, [one for one in line if one.request not in taken]) == []


@given(classes(), st.integers(0, 19))
def test_nobody_is_overtaken_by_a_later_one_of_the_same_enterprise(case, index):
    places, line = case
    if index >= len(line) or not line[index].ready:
        return
    chosen = {one.request for one in next_in_line(places, line)}
    if line[index].request not in chosen:
        later = [one for one in line[index + 1 :] if one.enterprise == line[index].enterprise]
        assert not chosen & {one.request for one in later}


def test_room():
    full, quota = Places(2, None, {None: 1, 7: 1}), Places(5, 1, {7: 1})
    assert (full.left, full.total, full.room(None)) == (0, 2, Room.FULL)
    assert (quota.room(7), quota.room(8), quota.room(None)) == (Room.QUOTA, Room.FREE, Room.FREE)
    assert Places(None).left is None
    assert Places(1, None, {None: 3}).left == 0


WAYS = [
    ({}, Way.TAKE),
    ({"lacks": True}, Way.LACKING),
    ({"room": Room.FULL}, Way.WAIT),
    ({"room": Room.FULL, "lacks": True}, Way.WAIT),
    ({"room": Room.QUOTA}, Way.WAIT),
    ({"room": Room.FULL, "waiting": "none"}, Way.FULL),
    ({"room": Room.QUOTA, "waiting": "none"}, Way.QUOTA),
    ({"others_wait": True, "waiting": "hand"}, Way.WAIT),
    ({"open_to": "approval"}, Way.ASK),
    ({"open_to": "approval", "room": Room.FULL, "lacks": True}, Way.ASK),
    ({"open_to": "nominated"}, Way.NOMINATED),
    ({"open_to": "nominated", "nominated": True}, Way.TAKE),
    ({"open_to": "nominated", "nominated": True, "room": Room.FULL}, Way.WAIT),
    ({"open_to": "sectors"}, Way.TAKE),
    ({"open_to": "sectors", "fits_sector": False}, Way.SECTOR),
    ({"open_to": "sectors", "fits_sector": False, "nominated": True}, Way.SECTOR),
]


@pytest.mark.parametrize(("facts", "way"), WAYS)
def test_way_in(facts, way):
    assert way_in(**{"room": Room.FREE, **facts}) is way


def at(day, hour=0):
    return datetime(2026, 12, day, hour, tzinfo=ZONE)


def test_places_go_to_the_line_until_the_window_closes_or_the_class_begins():
    days = {"starts_on": date(2026, 12, 10), "ends_on": date(2026, 12, 20)}
    assert gives_until(enrols_until=at(5, 17), **days) == at(10)
    assert gives_until(enrols_until=at(12, 17), **days) == at(12, 17)
    assert gives_until(enrols_until=None, **days) == at(21)
    assert gives_until(enrols_until=at(31), **days) == at(21)


def test_a_place_is_held_for_its_hours_but_not_past_the_end():
    assert hold_until(at=at(1), hours=48, gives=at(10)) == at(3)
    assert hold_until(at=at(9), hours=48, gives=at(10)) == at(10)


def test_clashes_are_overlaps_not_neighbours():
    morning, late, noon = (
        Slot(at(1, 8), at(1, 10), "a"),
        Slot(at(1, 9), at(1, 11), "b"),
        Slot(at(1, 10), at(1, 12), "c"),
    )
    assert clashes([morning], [late]) == [(morning, late)]
    assert clashes([morning], [noon]) == []
    assert clashes([noon, morning], [late]) == [(morning, late), (noon, late)]
    assert clashes([], [late]) == []


# --- Prerequisites -------------------------------------------------------------------------


DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("months", "held", "met", "found"),
    [
        (None, [], False, None),
        (None, [date(2001, 1, 1)], True, date(2001, 1, 1)),
        (12, [date(2025, 11, 23)], True, date(2025, 11, 23)),
        (12, [date(2025, 11, 22)], False, date(2025, 11, 22)),
        (12, [date(2020, 1, 1), date(2026, 1, 1)], True, date(2026, 1, 1)),
    ],
)
def test_judge(months, held, met, found):
    verdict, latest = judge(Asked("course", "5S", months), [Held("X", day) for day in held], DAY)
    assert (verdict, latest and latest.on) == (met, found)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 1), 24, date(2024, 12, 1)),
    ],
)
def test_months_before(day, months, before):
    assert months_before(day, months) == before


@given(st.dates(date(2000, 1, 31), date(2100, 1, 1)), st.integers(1, 240))
def test_months_before_is_so_many_months_and_never_a_day_too_late(day, months):
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day <= day.day


# --- Copies on other days ------------------------------------------------------------------


def test_a_copy_moves_by_whole_days():
    window = Window(date(2026, 12, 1), date(2026, 12, 12), at(1) - timedelta(days=30), at(1) - timedelta(days=2))
    copy = moved(window, date(2027, 3, 2), at(15))
    shift = timedelta(days=91)
    assert copy == Window(date(2027, 3, 2), date(2027, 3, 13), window.enrols_from + shift, window.enrols_until + shift)


def test_a_copy_whose_enrolment_would_be_over_is_open_until_it_begins():
    window = Window(date(2026, 12, 1), date(2026, 12, 12), None, at(1) - timedelta(days=20))
    assert moved(window, date(2026, 12, 18), at(15)).enrols_until == at(18)
    begun = moved(window, date(2026, 12, 10), at(15))
    assert begun.enrols_until is None
    early = moved(
        window._replace(enrols_from=at(1) - timedelta(days=10), enrols_until=None), date(2026, 12, 18), at(15)
    )
    assert early.enrols_from == at(8)


@pytest.mark.parametrize(("hours", "days"), [(1, 1), (8, 1), (8.5, 2), (24, 3), (0.5, 1)])
def test_days_of_a_course(hours, days):
    assert days_of(hours) == days
