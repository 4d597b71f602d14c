"""Lists in pages."""

import pytest
from django.test import RequestFactory

from lms.lib.paging import page_of, rest_of


@pytest.mark.parametrize(("asked", "number"), [("", 1), ("?page=2", 2), ("?page=99", 3), ("?page=x", 1)])
def test_the_nearest_page_is_shown(asked: str, number: int) -> None:
    page = page_of(range(5), 2, RequestFactory().get(f"/{asked}"))
    assert page.number == number
    assert list(page) == list(range(5))[2 * number - 2 : 2 * number]


def test_links_between_pages_keep_everything_else() -> None:
    request = RequestFactory().get("/?q=ca+tra&page=2&check=1&q=t%C3%B4m")
    assert rest_of(request) == "q=ca+tra&q=t%C3%B4m&check=1"
    assert rest_of(request, "check") == "q=ca+tra&q=t%C3%B4m"
    assert "page" in request.GET
