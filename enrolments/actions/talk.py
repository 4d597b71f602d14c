"""What is said in a class: announcements to everybody, questions about lessons and their answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Lesson, LessonPage
from enrolments import said
from enrolments.actions.reminding import about
from enrolments.models import Announcement, CourseRun, Enrolment, LessonPost
from lms.lib.states import NotAllowed, Refused
from people.actions import Telling, ask_job, notify_all
from people.models import User

BATCH = 100
"""So many people get an announcement in one transaction."""


# --- Announcements ----------------------------------------------------------------------------


@transaction.atomic
def announce(*, run: CourseRun, subject: str, text: str, by: User, at: datetime) -> Announcement:
    """Tell everybody in the class; the worker sends it on.

    Pressed twice, the same announcement comes back. Raises Refused when it says
    nothing, is too long, or when nobody is in the class.
    """
    # The lock: of two presses of one button the second sees the first.
    run = CourseRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    subject, text = " ".join(said.tidy(subject).split()), said.tidy(text)
    if not subject or not text:
        raise Refused(_("Write a subject and a text."), code="empty")
    if len(text) > said.LONGEST_ANNOUNCEMENT:
        raise Refused(
            _("The text has %(n)s characters; at most %(most)s are sent. Shorten it.")
            % {"n": len(text), "most": said.LONGEST_ANNOUNCEMENT},
            code="long",
        )
    same = run.announcements.filter(by=by, subject=subject, text=text, at__gt=at - said.SAME).first()
    if same is not None:
        return same
    people = run.enrolments.seated().count()
    if not people:
        raise Refused(_("Nobody is enrolled in class %(code)s yet.") % {"code": run.code}, code="nobody")
    announcement = Announcement.objects.create(run=run, subject=subject, text=text, by=by, at=at)
    ask_job(
        kind="announcement",
        task="enrolments.tasks.send_announcement",
        arguments={"announcement": announcement.pk},
        by=by,
        at=at,
        total=people,
    )
    return announcement


def tell_announcement(*, announcement: Announcement, after: int, at: datetime) -> Sequence[int]:
    """Tell the next people of the class whose enrolment comes after the key `after`; the keys of those just told.

    Empty when everybody was. Called again for the same people it tells nobody twice.
    """
    batch = list(
        announcement.run.enrolments.seated()
        .filter(pk__gt=after, person__is_active=True)
        .exclude(person=announcement.by_id)
        .select_related("person")
        .order_by("pk")[:BATCH]
    )
    facts = {
        **about(announcement.run, f"/vi/learn/{announcement.run.code}/#thong-bao"),
        "subject": announcement.subject,
        "text": announcement.text,
        "by": announcement.by.full_name,
    }
    key = f"announcement:{announcement.pk}"
    notify_all(tellings=[Telling(row.person, "announcement", key, facts) for row in batch], at=at)
    return [row.pk for row in batch]


def close_announcement(*, announcement: Announcement, at: datetime) -> None:
    """Note that everybody has been told; the first time counts."""
    Announcement.objects.filter(pk=announcement.pk, sent_at=None).update(sent_at=at)


# --- Questions and answers ------------------------------------------------------------------------


@transaction.atomic
def ask_about_lesson(*, enrolment: Enrolment, lesson: Lesson, text: str, at: datetime) -> LessonPost:
    """Ask a question below a lesson; whoever teaches the class is told.

    Pressed twice, the same question comes back. Raises Refused for empty or too
    long a text, for too many in a short time, and for someone who has left.
    """
    if enrolment.state == Enrolment.State.WITHDRAWN:
        raise NotAllowed(_("You have left this class. Enrol again to go on."), code="withdrawn")
    post, new = _post(run=enrolment.run, lesson=lesson, parent=None, text=text, by=enrolment.person, at=at)
    if new:
        posts = enrolment.run.instructors.filter(until=None, person__is_active=True).select_related("person")
        facts = {**_facts(post), "url": f"/admin/classes/{enrolment.run.code}/questions/#post-{post.pk}"}
        teaching = [row.person for row in posts if row.person_id != post.person_id]
        notify_all(
            tellings=[Telling(person, "lesson_question", f"post:{post.pk}", facts) for person in teaching], at=at
        )
    return post


def answer_as_trainee(*, enrolment: Enrolment, post: LessonPost, text: str, at: datetime) -> LessonPost:
    """Answer a classmate's question. Raises Refused as `answer_post` does, and for someone who has left."""
    if enrolment.state == Enrolment.State.WITHDRAWN:
        raise NotAllowed(_("You have left this class. Enrol again to go on."), code="withdrawn")
    return answer_post(post=post, text=text, by=enrolment.person, at=at)


@transaction.atomic
def answer_post(*, post: LessonPost, text: str, by: User, at: datetime) -> LessonPost:
    """Answer a question; whoever asked it is told, unless they answer themselves.

    Pressed twice, the same answer comes back. Raises Refused as `ask_about_lesson`
    does, NotAllowed for an answer to an answer and to what is hidden.
    """
    post = LessonPost.objects.select_related("run__course", "lesson", "person").get(pk=post.pk)
    if post.parent_id is not None or post.hidden_at is not None:
        raise NotAllowed(_("This cannot be answered any more. Load the page again."), code="closed")
    answer, new = _post(run=post.run, lesson=post.lesson, parent=post, text=text, by=by, at=at)
    if new and post.person_id != by.pk and post.person.is_active:
        facts = {**_facts(answer), "url": f"/vi/learn/{post.run.code}/{post.lesson.code}/#post-{post.pk}"}
        notify_all(tellings=[Telling(post.person, "lesson_answer", f"post:{answer.pk}", facts)], at=at)
    return answer


def _post(
    *, run: CourseRun, lesson: Lesson, parent: LessonPost | None, text: str, by: User, at: datetime
) -> tuple[LessonPost, bool]:
    """What was written, and whether it is new."""
    text = said.tidy(text)
    if not text:
        raise Refused(_("Write something first."), code="empty")
    if len(text) > said.LONGEST_POST:
        raise Refused(
            _("The text has %(n)s characters; at most %(most)s are kept. Shorten it.")
            % {"n": len(text), "most": said.LONGEST_POST},
            code="long",
        )
    # The lock on the person: of several sent at once each is counted.
    User.objects.select_for_update().only("pk").get(pk=by.pk)
    own = LessonPost.objects.filter(person=by)
    same = own.filter(run=run, lesson=lesson, parent=parent, text=text, at__gt=at - said.SAME).first()
    if same is not None:
        return same, False
    for most, within in (said.OFTEN, said.DAILY):
        if own.filter(at__gt=at - within).count() >= most:
            raise Refused(
                _("That is a lot in a short time. Wait a while, then send it again; your text is kept on this page."),
                code="often",
            )
    return LessonPost.objects.create(run=run, lesson=lesson, parent=parent, person=by, text=text, at=at), True


def _facts(post: LessonPost) -> dict[str, Any]:
    titles = dict(LessonPage.objects.live().filter(lesson=post.lesson_id).values_list("language", "title"))
    return {
        **about(post.run),
        "lesson": titles or post.lesson.code,
        "text": said.excerpt(post.text),
        "by": post.person.full_name,
    }


def hide_post(*, post: LessonPost, by: User, at: datetime) -> LessonPost:
    """Take a question or an answer out of sight. It stays on record, and its author sees that it was hidden."""
    if LessonPost.objects.filter(pk=post.pk, hidden_at=None).update(hidden_at=at, hidden_by=by):
        post.hidden_at, post.hidden_by = at, by
    return post


def restore_post(*, post: LessonPost, by: User, at: datetime) -> LessonPost:
    """Let it be seen again."""
    LessonPost.objects.filter(pk=post.pk).update(hidden_at=None, hidden_by=None)
    post.hidden_at = post.hidden_by = None
    return post
