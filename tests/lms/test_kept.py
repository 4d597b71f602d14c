"""What each process keeps for the frame of every page, and when it looks again."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe
from django.utils.translation import override

from lms.context import Nav
from lms.lib import publiccache
from lms.rediscache import RedisCache
from lms.templatetags.look import KEPT_PARTS, KeptNode, icon
from people.models import Province
from people.queries import shown_province


def drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_a_part_is_kept_per_language_and_inputs() -> None:
    source = '{% kept "test-part" who %}{{ other }}{% endkept %}'
    assert drawn(source, who="a", other=1) == "1"
    assert drawn(source, who="a", other=2) == "1"
    assert drawn(source, who="b", other=2) == "2"
    with override("en"):
        assert drawn(source, who="a", other=3) == "3"


def test_a_part_without_its_input_is_drawn_too() -> None:
    assert drawn('{% kept "test-missing" nobody.name %}x{% endkept %}') == "x"


def test_what_is_kept_does_not_grow_without_end() -> None:
    for number in range(KEPT_PARTS + 10):
        drawn('{% kept "test-many" number %}x{% endkept %}', number=number)
    assert len(KeptNode.parts) <= KEPT_PARTS


def test_a_kept_icon_never_lends_its_trust_to_another_text() -> None:
    markup = "<b>"
    assert "<b>" in icon("x", "", mark_safe(markup))
    assert "&lt;b&gt;" in icon("x", "", markup)


@pytest.mark.django_db(transaction=True)
def test_the_province_is_read_once_until_it_changes() -> None:
    Province.objects.create(code="can-tho", name_vi="Cũ", name_en="Old", profile={})
    requests = RequestFactory()
    first = shown_province(requests.get("/"))
    assert first is not None
    with CaptureQueriesContext(connection) as queries:
        assert shown_province(requests.get("/")) is first
    assert len(queries) == 0
    Province.objects.update(name_vi="Mới")
    publiccache.forget()
    again = shown_province(requests.get("/"))
    assert again is not None
    assert again.name_vi == "Mới"


@pytest.mark.django_db
def test_a_province_that_is_not_there_yet_is_looked_for_again() -> None:
    cache.clear()
    request = RequestFactory().get("/")
    assert shown_province(request) is None
    Province.objects.create(code="can-tho", name_vi="Cần Thơ", name_en="Can Tho", profile={})
    assert shown_province(request) is not None


@pytest.mark.django_db
def test_the_navigation_is_filled_when_it_is_first_asked() -> None:
    nav = Nav(RequestFactory().get("/vi/register/"))
    assert not nav
    assert nav["register_url"] == "/vi/register/"
    assert nav["marks"] == "////page/"
    with pytest.raises(KeyError):
        nav["nothing"]


def test_a_client_of_redis_is_made_once() -> None:
    client = RedisCache("redis://127.0.0.1:1/0", {})._cache
    assert client.get_client() is client.get_client(write=True)
