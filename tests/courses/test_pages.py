"""The public pages: catalogue, course, first lesson."""

import re
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageLogEntry

from courses import activities, bodies
from courses.actions import refresh_search
from courses.models import Course, CoursePage, Edition, Family, LessonPage, Subject
from tests.factories import make_course, make_pages, make_province

pytestmark = pytest.mark.django_db


class Echo:
    """Stands in for the app that holds questions."""

    def exists(self, code: str) -> bool:
        return code == "MAU-P01"

    def render(self, code: str, language: str, request: Any) -> str:
        answer = request.GET.get("r", "-") if request is not None else "-"
        return f'<section class="quiz">{code} {language} {answer}</section>'


@pytest.fixture(autouse=True)
def practice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "_registry", {"practice": Echo()})


@pytest.fixture
def seafood() -> dict[str, CoursePage]:
    """A course on seafood, and another of another family."""
    make_province()
    pages = make_pages(make_course("HACCP", lessons=2))
    page = pages["vi"]
    page.summary = "Dành cho nhà máy thủy sản ở Đồng bằng."
    page.full_clean()
    page.save()
    tools = Family.objects.create(code="cc", name_vi="Công cụ", name_en="Tools", order=9)
    course = make_course("5S", lessons=1)
    Subject.objects.filter(pk=course.subject_id).update(family=tools)
    Edition.objects.filter(pk=course.edition_id).update(name_vi="5S", name_en="5S")
    for other in make_pages(Course.objects.get(pk=course.pk)).values():
        other.full_clean()
        other.save()
    return pages


def titles(answer: Any) -> list[str]:
    return [page.title for page in answer.context["courses"]]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "words",
    ["thuy san", "thủy sản", "thuỷ sản", "THUỶ SẢN", "Đồng bằng", "dong bang", "Ðồng", "đong", "haccp", "san haccp"],
)
def test_search_does_not_mind_accents(client: Client, seafood: object, words: str) -> None:
    assert titles(client.get("/vi/khoa-hoc/", {"q": words})) == ["Khóa học HACCP"]


def test_search_for_what_is_not_there_says_so(client: Client, seafood: object) -> None:
    answer = client.get("/vi/khoa-hoc/", {"q": "không có gì thế này"})
    assert titles(answer) == []
    assert answer.status_code == 200


def test_families_filter_and_count(client: Client, seafood: object) -> None:
    answer = client.get("/vi/khoa-hoc/", {"family": "cc"})
    assert titles(answer) == ["Khóa học 5S"]
    assert {facet.code: (facet.count, facet.chosen) for facet in answer.context["families"]} == {
        "tp": (1, False),
        "cc": (1, True),
    }
    assert len(titles(client.get("/vi/khoa-hoc/?family=cc&family=tp"))) == 2
    assert len(titles(client.get("/vi/khoa-hoc/?family=unknown&page=99"))) == 2


def test_htmx_gets_the_list_alone_and_caches_keep_both_apart(client: Client, seafood: object) -> None:
    whole = client.get("/vi/khoa-hoc/")
    part = client.get("/vi/khoa-hoc/", headers={"HX-Request": "true"})
    back = client.get("/vi/khoa-hoc/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b'id="results"' in part.content
    assert b"<html" in back.content
    assert "HX-Request" in whole["Vary"]
    assert "no-store" in part["Cache-Control"]


def test_the_catalogue_asks_as_much_for_three_courses_as_for_one(
    client: Client, seafood: object, django_assert_max_num_queries: Any
) -> None:
    client.get("/vi/khoa-hoc/", {"q": "haccp"})
    with django_assert_max_num_queries(20) as one:
        client.get("/vi/khoa-hoc/", {"q": "haccp", "x": "1"})
    make_pages(make_course("GMP", lessons=1))
    with django_assert_max_num_queries(len(one)):
        client.get("/vi/khoa-hoc/", {"x": "2"})


def test_the_course_page_shows_its_outline_and_its_edition(client: Client, seafood: object) -> None:
    answer = client.get("/vi/khoa-hoc/haccp/")
    text = answer.content.decode()
    assert "Bài 1 của HACCP" in text
    assert "HACCP (CXC 1-1969, 2020)" in text
    assert "Giấy xác nhận hoàn thành khóa học" in text
    assert text.index("outcomes-title") < text.index("outline-title")
    assert client.get("/en/courses/haccp/").status_code == 200


def test_the_first_lesson_is_open_the_second_leads_to_the_course(client: Client, seafood: object) -> None:
    assert "Bài 1" in client.get("/vi/khoa-hoc/haccp/bai-1/").content.decode()
    second = client.get("/vi/khoa-hoc/haccp/bai-2/")
    assert (second.status_code, second["Location"]) == (302, "/vi/khoa-hoc/haccp/")


@pytest.fixture
def whole_lesson(seafood: dict[str, CoursePage]) -> LessonPage:
    """The first lesson with a table of each layout, a callout and a practice question."""
    page = LessonPage.objects.get(lesson__course__code="HACCP", lesson__code="bai-1", language="vi")
    cells = {"columns": [{"type": "text", "heading": "Bước"}, {"type": "number", "heading": "Số"}]}
    table = {**cells, "rows": [{"values": ["Hấp", "<70"]}], "caption": ""}
    page.body = [
        *({"type": "table", "value": {"caption": "B", "layout": layout, "table": table}} for layout in LAYOUTS),
        {"type": "callout", "value": {"kind": "mistake", "title": "", "text": "<p>Sai</p>"}},
        {"type": "steps", "value": {"title": "Mai", "items": ["<p>Một</p>", "<p>Hai</p>"]}},
        {"type": "practice", "value": {"code": "MAU-P01"}},
    ]
    page.save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)


LAYOUTS = ("records", "compare", "plain")


def test_blocks_have_their_phone_layouts(client: Client, whole_lesson: LessonPage) -> None:
    text = client.get("/vi/khoa-hoc/haccp/bai-1/").content.decode()
    assert 'class="tbl tbl--cards"' in text
    assert 'class="scroll-x" tabindex="0" role="region" aria-label="B"' in text
    assert 'class="tbl tbl--sticky tbl--slim"' in text
    assert '<td class="num" data-l="Số">' in text
    assert "&lt;70" in text
    assert "alert--warn" in text
    assert text.count('<ol class="steps"><li>') == 1
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)


def test_a_practice_answer_comes_back_alone(client: Client, whole_lesson: LessonPage) -> None:
    part = client.get("/vi/khoa-hoc/haccp/bai-1/", {"p": "MAU-P01", "r": "b"}, headers={"HX-Request": "true"})
    assert part.content.decode() == '<section class="quiz">MAU-P01 vi b</section>'
    assert "no-store" in part["Cache-Control"]
    whole = client.get("/vi/khoa-hoc/haccp/bai-1/", {"p": "MAU-P01", "r": "b"})
    assert "MAU-P01 vi b" in whole.content.decode()
    # The answer of one visitor is not kept for the next.
    assert "MAU-P01 vi -" in client.get("/vi/khoa-hoc/haccp/bai-1/").content.decode()


def test_a_practice_question_of_another_lesson_is_not_told(client: Client, whole_lesson: LessonPage) -> None:
    answer = client.get("/vi/khoa-hoc/haccp/bai-1/", {"p": "SECRET-1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 404


def test_the_body_is_rendered_once_per_revision(
    whole_lesson: LessonPage, rf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = bodies._render

    def counted(*given: Any) -> Any:
        calls.append(given)
        return real(*given)

    monkeypatch.setattr(bodies, "_render", counted)
    plain, answered = rf.get("/"), rf.get("/", {"p": "MAU-P01"})
    assert bodies.html(whole_lesson, plain) == bodies.html(whole_lesson, plain)
    assert len(calls) == 1
    bodies.html(whole_lesson, answered)
    preview = rf.get("/")
    preview.is_preview = True
    bodies.html(whole_lesson, preview)
    assert len(calls) == 3
    whole_lesson.title = "Tên mới"
    whole_lesson.save_revision().publish()
    assert "Tên mới" in bodies.html(LessonPage.objects.get(pk=whole_lesson.pk), plain)
    bodies.forget()
    bodies.html(LessonPage.objects.get(pk=whole_lesson.pk), plain)
    assert len(calls) == 5


def test_a_renamed_subject_is_found_by_its_new_name(client: Client, seafood: object) -> None:
    Subject.objects.filter(code="haccp").update(name_vi="Phân tích mối nguy")
    assert titles(client.get("/vi/khoa-hoc/", {"q": "moi nguy"})) == []
    assert refresh_search() == 2
    assert refresh_search() == 0
    assert titles(client.get("/vi/khoa-hoc/", {"q": "moi nguy", "x": "1"})) == ["Khóa học HACCP"]


def test_reading_writes_nothing(client: Client, seafood: object) -> None:
    before = PageLogEntry.objects.count()
    for address in ("/vi/khoa-hoc/", "/vi/khoa-hoc/haccp/", "/vi/khoa-hoc/haccp/bai-1/"):
        client.get(address)
    assert PageLogEntry.objects.count() == before


def test_a_draft_of_a_closed_lesson_is_previewed_as_it_will_be_read(seafood: object) -> None:
    page = LessonPage.objects.get(lesson__course__code="HACCP", lesson__code="bai-2", language="vi")
    page.title = "Bản nháp mới"
    page.save_revision()
    shown = page.make_preview_request().render().content.decode()
    assert "<h1>Bản nháp mới</h1>" in shown
    assert LessonPage.objects.get(pk=page.pk).title == "Bài 2 của HACCP"
