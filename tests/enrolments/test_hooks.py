"""What was studied stays; who studies reads in the player."""

import pytest
from django.db.models import ProtectedError
from django.test import RequestFactory
from wagtail import hooks
from wagtail.models import Page

from courses.models import CataloguePage, CoursePage, LessonPage
from enrolments import actions
from lms.lib.access import Role
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(course):
    return list(LessonPage.objects.filter(lesson__course=course, language="vi").order_by("path"))


@pytest.fixture
def enrolment(person, run):
    return factories.enrol(person, run)


@pytest.fixture
def studied(enrolment, pages):
    actions.open_lesson(enrolment=enrolment, lesson=pages[0].lesson, at=AT)
    return pages[0]


@pytest.fixture
def editor(client):
    admin = factories.make_person("Quản Trị", roles=(Role.ADMINISTRATOR,), is_superuser=True)
    client.force_login(admin)
    return client


def delete(client, page, **data):
    return client.post(f"/admin/pages/{page.pk}/delete/", data)


def test_studied_lesson_is_never_deleted(editor, studied):
    assert editor.get(f"/admin/pages/{studied.pk}/delete/").status_code == 302
    answer = delete(editor, studied)
    assert answer.status_code == 302
    assert LessonPage.objects.filter(pk=studied.pk).exists()
    html = editor.get(answer["Location"]).content.decode()
    assert studied.title in html


def test_translation_of_a_studied_lesson_stays_too(editor, studied):
    twin = studied.lesson.pages.get(language="en")
    delete(editor, twin)
    assert LessonPage.objects.filter(pk=twin.pk).exists()


@pytest.mark.parametrize("model", [CoursePage, CataloguePage])
def test_page_above_a_studied_lesson_stays(editor, studied, model):
    above = model.objects.get(locale__language_code="vi")
    delete(editor, above, confirm_site_name="NSCL")
    assert model.objects.filter(pk=above.pk).exists()


def test_lesson_that_nobody_studied_can_be_deleted(editor, studied, pages):
    delete(editor, pages[1])
    assert not LessonPage.objects.filter(pk=pages[1].pk).exists()


def test_several_at_once_are_refused_when_one_was_studied(editor, studied, pages):
    ids = "&".join(f"id={page.pk}" for page in pages)
    editor.post(f"/admin/bulk/wagtailcore/page/delete/?{ids}", {"next": "/admin/"})
    assert LessonPage.objects.filter(pk__in=[page.pk for page in pages]).count() == 2
    editor.post(f"/admin/bulk/wagtailcore/page/delete/?id={pages[1].pk}", {"next": "/admin/"})
    assert not LessonPage.objects.filter(pk=pages[1].pk).exists()


def test_studied_lesson_can_be_unpublished(editor, studied):
    editor.post(f"/admin/pages/{studied.pk}/unpublish/")
    studied.refresh_from_db()
    assert not studied.live


def test_database_itself_keeps_a_finished_lesson(enrolment, pages):
    actions.finish_lesson(
        enrolment=enrolment,
        lesson=pages[0].lesson,
        revision=pages[0].live_revision,
        language="vi",
        by=None,
        at=AT,
    )
    with pytest.raises(ProtectedError):
        Page.objects.get(pk=pages[0].pk).delete()


# --- Reading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "player"),
    [
        ("/vi/khoa-hoc/haccp/bai-1/", "/vi/learn/HACCP-2026-01/bai-1/"),
        ("/vi/khoa-hoc/haccp/bai-2/", "/vi/learn/HACCP-2026-01/bai-2/"),
        ("/en/courses/haccp/bai-1/", "/en/learn/HACCP-2026-01/bai-1/"),
    ],
)
def test_learner_is_led_to_the_player(client, enrolment, address, player):
    client.force_login(enrolment.person)
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, player)


def serve(page, request):
    """What the hook answers, out of all that listen."""
    hook = next(hook for hook in hooks.get_hooks("before_serve_page") if hook.__name__ == "read_in_player")
    return hook(page, request, [], {})


@pytest.fixture
def asked(enrolment):
    request = RequestFactory().get("/")
    request.user = enrolment.person
    return request


def test_only_lessons_only_reading_and_only_learners(asked, pages):
    assert serve(pages[0], asked).status_code == 302
    assert serve(pages[0].get_parent().specific, asked) is None
    asked.method = "POST"
    assert serve(pages[0], asked) is None
    asked.method, asked.is_preview = "GET", True
    assert serve(pages[0], asked) is None
    asked.is_preview, asked.user = False, factories.make_person()
    assert serve(pages[0], asked) is None


def test_who_left_reads_what_visitors_read(asked, enrolment, pages):
    actions.withdraw(enrolment=enrolment, by=enrolment.person, at=AT)
    assert serve(pages[0], asked) is None


def test_class_being_learnt_comes_before_one_completed(asked, enrolment, pages, course):
    actions.meet(enrolment=enrolment, kind="lessons", at=AT, by=None)
    assert serve(pages[0], asked)["Location"] == "/vi/learn/HACCP-2026-01/bai-1/"
    later = factories.make_run(course, code="HACCP-2026-09")
    factories.enrol(enrolment.person, later)
    assert serve(pages[0], asked)["Location"] == "/vi/learn/HACCP-2026-09/bai-1/"
