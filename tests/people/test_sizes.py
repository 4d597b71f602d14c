"""Size classes after Decree 80/2021/NĐ-CP, article 5."""

from decimal import Decimal

import pytest

from people.sizes import size_class


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
