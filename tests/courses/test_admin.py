"""Courses in the back office: who may touch which page."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.images.forms import get_image_form
from wagtail.images.models import Image
from wagtail.models import Page

from cms.staff import set_up_staff
from courses import activities
from courses.access import TABLE
from courses.blocks import PracticeBlock
from courses.models import Course, CoursePage, Edition, LessonPage
from courses.viewsets import CoursesGroup
from courses.wagtail_hooks import SYSTEMS
from lms.lib.access import Role
from tests.factories import make_course, make_pages, make_person, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages() -> dict[str, dict[str, CoursePage]]:
    found = {code: make_pages(make_course(code, lessons=1)) for code in ("HACCP", "5S")}
    set_up_staff()
    return found


@pytest.fixture
def instructor(pages: object) -> Client:
    """Signed in as the instructor of HACCP alone."""
    person = make_person(roles=(Role.INSTRUCTOR,))
    Course.objects.get(code="HACCP").instructors.add(person)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def administrator(pages: object) -> Client:
    client = Client()
    person = make_person(roles=(Role.ADMINISTRATOR,))
    client.force_login(person)
    return client


def lesson(code: str) -> LessonPage:
    return LessonPage.objects.get(lesson__course__code=code, language="vi")


def address(page: Page, verb: str) -> str:
    return f"/admin/pages/{page.pk}/{verb}/"


def test_an_instructor_edits_own_lessons_only(instructor: Client) -> None:
    assert instructor.get(address(lesson("HACCP"), "edit")).status_code == 200
    refused = instructor.get(address(lesson("5S"), "edit"))
    assert refused.status_code == 302
    assert "edit" not in refused["Location"]


@pytest.mark.parametrize("verb", ["copy", "unpublish", "delete"])
def test_an_instructor_neither_copies_nor_takes_down_what_others_teach(instructor: Client, verb: str) -> None:
    page = lesson("5S")
    answer = instructor.post(address(page, verb), {"new_title": "x", "new_slug": "x", "new_parent_page": 1})
    assert answer.status_code in (302, 403)
    assert LessonPage.objects.filter(lesson__course__code="5S").count() == 2
    assert lesson("5S").live


def test_lists_show_an_instructor_own_courses_only(instructor: Client, pages: Any) -> None:
    catalogue = pages["HACCP"]["vi"].get_parent()
    text = instructor.get(f"/admin/pages/{catalogue.pk}/").content.decode()
    assert "Khóa học HACCP" in text
    assert "Khóa học 5S" not in text
    listed = instructor.get("/admin/courses_course/").content.decode()
    assert "Khóa học HACCP" in listed
    assert "Khóa học 5S" not in listed


def test_an_instructor_keeps_no_reference_data(instructor: Client) -> None:
    edition = Edition.objects.first()
    assert edition is not None
    for path in ("courses_subject/", f"courses_edition/edit/{edition.pk}/", "courses_family/new/"):
        assert instructor.get(f"/admin/{path}").status_code in (302, 403), path


def test_copying_in_the_back_office_makes_new_rows(instructor: Client) -> None:
    page = lesson("HACCP")
    assert instructor.get(address(page, "copy")).status_code == 200
    sent = {"new_title": "Bài mới", "new_slug": "bai-moi", "new_parent_page": page.get_parent().pk}
    answer = instructor.post(address(page, "copy"), sent)
    copy = LessonPage.objects.get(slug="bai-moi")
    assert answer["Location"] == address(copy, "edit")
    assert copy.lesson != page.lesson
    assert copy.lesson.course == page.lesson.course


def test_an_administrator_copies_a_course(administrator: Client, pages: Any) -> None:
    page = pages["HACCP"]["vi"]
    sent = {"new_title": "Khóa khác", "new_slug": "khoa-khac", "new_parent_page": page.get_parent().pk}
    administrator.post(address(page, "copy"), sent)
    assert CoursePage.objects.get(slug="khoa-khac").course.code == "HACCP-2"


def test_a_course_page_is_not_deleted_nor_a_lesson_moved(administrator: Client, pages: Any) -> None:
    administrator.post(address(pages["HACCP"]["vi"], "delete"))
    assert CoursePage.objects.filter(course__code="HACCP").count() == 2
    target = pages["5S"]["vi"]
    moved = administrator.get(f"/admin/pages/{lesson('HACCP').pk}/move/{target.pk}/confirm/")
    assert moved.status_code in (302, 403)
    ticked = f"/admin/bulk/wagtailcore/page/delete/?id={pages['HACCP']['vi'].pk}"
    administrator.post(ticked)
    assert CoursePage.objects.filter(course__code="HACCP").count() == 2


def test_pages_are_not_made_without_their_rows() -> None:
    assert not CoursePage.is_creatable
    assert not LessonPage.is_creatable


def test_an_administrator_corrects_an_edition_and_the_search_follows(administrator: Client) -> None:
    edition = Course.objects.get(code="HACCP").edition
    page = administrator.get(f"/admin/courses_edition/edit/{edition.pk}/")
    sent = {name: "" if value is None else value for name, value in page.context["form"].initial.items()}
    answer = administrator.post(f"/admin/courses_edition/edit/{edition.pk}/", {**sent, "tcvn": "TCVN 5603:2023"})
    assert answer.status_code == 302, answer.context["form"].errors
    found = CoursePage.objects.filter(search_key_folded__contains="tcvn 5603:2023")
    assert found.count() == 2


def test_every_screen_has_its_line_in_the_access_table() -> None:
    group = CoursesGroup()
    named = {f"{viewset.name}:{pattern.name}" for viewset in group.items for pattern in viewset.get_urlpatterns()}
    named |= {f"{SYSTEMS[1]}:{pattern.name}" for pattern in SYSTEMS[0]}
    assert named == set(TABLE)


def test_the_code_of_a_practice_question_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Known:
        def exists(self, code: str) -> bool:
            return code == "HACCP-P01"

    monkeypatch.setattr(activities, "_registry", {"practice": Known()})
    block = PracticeBlock()
    assert block.clean(block.to_python({"code": "HACCP-P01"}))["code"] == "HACCP-P01"
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"code": "HACCP-P99"}))


@pytest.mark.parametrize(("inside", "taken"), [("", True), ("<script>alert(1)</script>", False)])
def test_an_uploaded_drawing_must_be_safe(settings: Any, inside: str, taken: bool) -> None:
    make_site()
    settings.WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.forms.SafeImageForm"
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>t</title>{inside}</svg>'
    form = get_image_form(Image)(
        {"title": "t"}, {"file": SimpleUploadedFile("t.svg", drawing.encode(), "image/svg+xml")}
    )
    form.is_valid()
    assert ("file" not in form.errors) is taken
