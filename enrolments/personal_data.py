"""What classes keep of a person: for the copy, for erasure, for a merge; and whom an instructor helps back in."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from enrolments import actions
from enrolments.models import (
    Attendance,
    CalendarKey,
    CourseRun,
    Enrolment,
    InHouseRequest,
    LessonPost,
    LessonProgress,
    RunInstructor,
    SeatRequest,
    StudySession,
)
from lms.lib.access import Role
from lms.lib.periods import local_date
from people import charges, personal_data
from people.models import User
from people.personal_data import Fact, Keeper, Section

ERASED_TEXT = "…"
"""What stands where an erased person had written something in a class."""

# --- The copy -------------------------------------------------------------------------


def export(person: User, ids: Sequence[int]) -> Iterator[Section]:
    """Classes, what was done in them, and what was asked and written there."""
    mine = Enrolment.objects.filter(person__in=ids).select_related("run__course", "enterprise", "commune")
    yield Section(
        "classes",
        _("Classes"),
        [("run", _("Class")), ("course", _("Course")), ("state", _("State")), ("enrolled_at", _("Enrolled on")),
         ("completed_at", _("Completed on")), ("enterprise", _("Enterprise")), ("commune", _("Commune or ward"))],
        [[one.run.code, one.run.course.title, one.get_state_display(), one.enrolled_at, one.completed_at,
          one.enterprise.name if one.enterprise else "", one.commune.name if one.commune else ""]
         for one in mine.order_by("enrolled_at", "pk")],
    )  # fmt: skip
    progress = LessonProgress.objects.filter(enrolment__person__in=ids).select_related("enrolment__run", "lesson")
    yield Section(
        "lessons",
        _("Lessons"),
        [("run", _("Class")), ("lesson", _("Lesson")), ("opened_at", _("Opened on")), ("done_at", _("Done on"))],
        [[one.enrolment.run.code, one.lesson.code, one.opened_at, one.done_at]
         for one in progress.order_by("opened_at", "pk")],
    )  # fmt: skip
    spent = StudySession.objects.filter(enrolment__person__in=ids).order_by("enrolment__run__code", "lesson__code")
    yield Section(
        "study_time",
        _("Time in lessons"),
        [("run", _("Class")), ("lesson", _("Lesson")), ("seconds", _("Seconds"))],
        list(spent.values_list("enrolment__run__code", "lesson__code").annotate(Sum("seconds"))),
    )
    attended = Attendance.objects.filter(enrolment__person__in=ids).select_related("meeting__run")
    yield Section(
        "attendance",
        _("Attendance"),
        [("run", _("Class")), ("meeting", _("Meeting")), ("status", _("Attendance")), ("how", _("How")),
         ("minutes", _("Minutes"))],
        [[one.meeting.run.code, one.meeting.starts_at, one.get_status_display(), one.get_method_display(), one.minutes]
         for one in attended.order_by("meeting__starts_at", "pk")],
    )  # fmt: skip
    asked = SeatRequest.objects.filter(person__in=ids).select_related("run", "enterprise")
    yield Section(
        "places",
        _("Places asked for"),
        [("run", _("Class")), ("since", _("Asked for")), ("state", _("State")), ("enterprise", _("Enterprise")),
         ("note", _("Note"))],
        [[one.run.code, one.since, one.get_state_display(), one.enterprise.name if one.enterprise else "", one.message]
         for one in asked.order_by("since", "pk")],
    )  # fmt: skip
    posts = LessonPost.objects.filter(person__in=ids).select_related("run", "lesson")
    yield Section(
        "posts",
        _("Questions and answers"),
        [("run", _("Class")), ("lesson", _("Lesson")), ("at", _("When")), ("text", _("Text"))],
        [[one.run.code, one.lesson.code, one.at, one.text] for one in posts.order_by("at", "pk")],
    )
    teaching = RunInstructor.objects.filter(person__in=ids).select_related("run")
    yield Section(
        "teaching",
        _("Classes taught"),
        [("run", _("Class")), ("since", _("Since")), ("until", _("Until"))],
        [[one.run.code, one.since, one.until] for one in teaching.order_by("since", "pk")],
    )
    in_house = InHouseRequest.objects.filter(asked_by__in=ids).select_related("course", "enterprise")
    yield Section(
        "in_house",
        _("Classes asked for an enterprise"),
        [("enterprise", _("Enterprise")), ("course", _("Course")), ("asked_at", _("Asked for")), ("note", _("Note"))],
        [[one.enterprise.name, one.course.title, one.asked_at, one.note] for one in in_house.order_by("asked_at")],
    )


# --- Erasure --------------------------------------------------------------------------


def erase(person: User, ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Seats and requests go back, what was written goes; turns, attendance and results stay for the figures."""
    live = [CourseRun.State.OPEN, CourseRun.State.RUNNING]
    for enrolment in Enrolment.objects.filter(
        person__in=ids, state=Enrolment.State.ACTIVE, run__state__in=live, run__ends_on__gte=local_date(at)
    ).select_related("run"):
        actions.withdraw(enrolment=enrolment, by=by, at=at, note="erased")
    for request in SeatRequest.objects.open().filter(person__in=ids).select_related("run", "person"):
        actions.decline(request=request, by=by, at=at, note="erased")
    SeatRequest.objects.filter(person__in=ids).exclude(message="").update(message="")
    LessonPost.objects.filter(person__in=ids).update(text=ERASED_TEXT)
    CalendarKey.objects.filter(person__in=ids).delete()


# --- Merging ---------------------------------------------------------------------------


def facts(person: User) -> Iterator[Fact]:
    """How much learning hangs on an account."""
    rows = list(Enrolment.objects.filter(person=person).values_list("run__code", "state").order_by("enrolled_at"))
    done = [code for code, state in rows if state == Enrolment.State.COMPLETED]
    yield Fact(_("Classes"), ", ".join(code for code, _state in rows))
    yield Fact(_("Completed"), ", ".join(done))
    yield Fact(_("Places asked for"), str(SeatRequest.objects.filter(person=person).count()))


def bars_merge(source: User, into: User) -> Iterator[str]:
    """Whoever taught the other is another person, or the class must be corrected first."""
    for teacher, pupil in ((source, into), (into, source)):
        taught = RunInstructor.objects.filter(
            person__in=User.objects.same_as(teacher), run__enrolments__person__in=User.objects.same_as(pupil)
        ).select_related("run")
        for teaching in taught.distinct():
            yield _("%(teacher)s taught class %(run)s, in which %(pupil)s was enrolled: they are two people.") % {
                "teacher": teacher.full_name,
                "pupil": pupil.full_name,
                "run": teaching.run.code,
            }


def merge(source: User, into: User, *, by: User, at: datetime) -> None:
    """Enrolments and requests follow the person, but for classes in which the survivor is already.

    Of two seats in one class one is given back: that of the merged account, unless
    it has completed the class and the survivor has not. Both rows stay: one turn.
    """
    theirs = {one.run_id: one for one in Enrolment.objects.filter(person=into).select_related("run")}
    for enrolment in Enrolment.objects.filter(person=source).select_related("run"):
        twin = theirs.get(enrolment.run_id)
        if twin is None:
            Enrolment.objects.filter(pk=enrolment.pk).update(person=into)
        elif _both_seated(enrolment, twin):
            spare = enrolment if enrolment.state == Enrolment.State.ACTIVE else twin
            if spare.state == Enrolment.State.ACTIVE:
                actions.withdraw(enrolment=spare, by=by, at=at, note="merged")
    asked = set(SeatRequest.objects.filter(person=into).values_list("run_id", flat=True))
    for request in SeatRequest.objects.filter(person=source).select_related("run", "person"):
        if request.run_id not in asked:
            SeatRequest.objects.filter(pk=request.pk).update(person=into)
        elif request.state in SeatRequest.OPEN:
            actions.decline(request=request, by=by, at=at, note="merged")
    for key in CalendarKey.objects.filter(person=source, ended_at=None):
        same = CalendarKey.objects.filter(person=into, kind=key.kind, ended_at=None)
        CalendarKey.objects.filter(pk=key.pk).update(**({"ended_at": at} if same.exists() else {"person": into}))


def _both_seated(one: Enrolment, other: Enrolment) -> bool:
    seated = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
    return one.state in seated and other.state in seated


# --- Forgotten PINs -----------------------------------------------------------------------


def in_class(helper: User) -> Q | None:
    """People in classes, open or under way, that `helper` teaches at present; None for who does not teach."""
    if not helper.has_role(Role.INSTRUCTOR):
        return None
    taught = RunInstructor.objects.filter(
        person=helper, until=None, run__state__in=[CourseRun.State.OPEN, CourseRun.State.RUNNING]
    )
    return Q(pk__in=Enrolment.objects.seated().filter(run__in=taught.values("run")).values("person"))


def fill() -> None:
    """Fill the ports."""
    personal_data.register(Keeper(floor=2, export=export, facts=facts, erase=erase, bars_merge=bars_merge, merge=merge))
    charges.register(in_class)
