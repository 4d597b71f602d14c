"""Filters of the site's look, and the pages that stand alone."""

import pytest
from django.template.loader import render_to_string

from lms.templatetags.look import hours

PLAIN = (
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "500.html",
    "certificates/verify_cannot_say.html",
)


def test_spans_of_hours_stay_on_one_line() -> None:
    assert hours("T3, 18:00–20:30") == "T3, 18:00\u2060–\u206020:30"
    assert hours("Hà Nội – Cần Thơ") == "Hà Nội – Cần Thơ"


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_page_needs_neither_request_nor_database(name: str) -> None:
    # No database mark: a query would fail this test.
    html = render_to_string(name)
    assert html.count("<h1") == 1
    assert '<div class="oops" lang="en">' in html
    assert "<title> – NSCL" not in html
