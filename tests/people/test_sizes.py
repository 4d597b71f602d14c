"""Size classes after Decree 80/2021/NĐ-CP, article 5."""

from datetime import date
from decimal import Decimal

import pytest

from people.sizes import Figures, Group, Sized, derive, on, size_class, steps


@pytest.mark.parametrize(
    ("vsic", "staff", "revenue", "capital", "size"),
    [
        ("C", 10, "3", None, "micro"),
        ("C", 10, None, "3", "micro"),
        ("C", 10, "3.01", "3.01", "small"),
        ("C", 11, "1", "1", "small"),
        ("C", 100, "50", "99", "small"),
        ("C", 100, "51", "20", "small"),
        ("C", 100, "51", "21", "medium"),
        ("A", 200, "200", None, "medium"),
        ("A", 200, "201", "100", "medium"),
        ("F", 201, "1", "1", "large"),
        ("C", 200, "201", "101", "large"),
        ("G", 10, "10", None, "micro"),
        ("G", 50, "100", None, "small"),
        ("I", 51, "100", "50", "medium"),
        ("N", 100, "300", "999", "medium"),
        ("G", 101, "1", "1", "large"),
        ("", 100, "50", None, "small"),
        ("C", None, "1", "1", ""),
        ("C", 5, None, None, ""),
    ],
)
def test_the_table_of_the_decree(vsic, staff, revenue, capital, size):
    found = size_class(
        vsic=vsic,
        staff=staff,
        revenue_bn=Decimal(revenue) if revenue else None,
        capital_bn=Decimal(capital) if capital else None,
    )
    assert found == size


def figures(vsic="C", staff=120, revenue="60", capital=None):
    return Figures(vsic, staff, Decimal(revenue) if revenue else None, Decimal(capital) if capital else None)


def test_how_a_size_follows_is_told_step_by_step():
    micro, small, medium = steps(figures(staff=120, revenue="60"))
    assert (micro.fits, small.fits, medium.fits) == (False, False, True)
    assert (small.staff_limit, small.staff, small.revenue) == (100, False, False)
    assert (medium.staff, medium.revenue, medium.capital) == (True, True, None)


def test_limits_belong_to_the_group_of_the_section():
    assert [figures(vsic=letter).group for letter in ("A", "F", "G", "V", "")] == [
        Group.PRODUCTION,
        Group.PRODUCTION,
        Group.SERVICES,
        Group.SERVICES,
        Group.PRODUCTION,
    ]
    assert derive(figures(vsic="F", staff=200, revenue="200")) == "medium"
    assert derive(figures(vsic="G", staff=200, revenue="200")) == "large"


def test_the_size_of_a_past_day_is_told_from_the_history():
    history = [
        Sized("small", date(2024, 12, 31)),
        Sized("medium", date(2025, 12, 31)),
        Sized("large", date(2023, 12, 31)),
        Sized("micro", date(2025, 12, 31)),
    ]
    assert on(history, date(2023, 12, 30)) is None
    assert on(history, date(2024, 6, 30)).size == "large"
    assert on(history, date(2025, 12, 30)).size == "small"
    # Written last for the same day: the correction holds.
    assert on(history, date(2025, 12, 31)).size == "micro"
