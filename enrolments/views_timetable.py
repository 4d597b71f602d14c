"""The timetable of a class in the back office: meetings planned, moved, cancelled; calendars to subscribe to."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrolments import actions, series, timetables
from enrolments.access import TAKES_ATTENDANCE
from enrolments.forms_meetings import CancelForm, MeetingForm, SeriesForm
from enrolments.models import CalendarKey, CourseRun, Meeting
from enrolments.series import Slot
from enrolments.views_meetings import feed_address
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.back_office import frame
from people.models import User
from people.visitors import signed_in

PAGE = 100


def a_class(request: HttpRequest, code: str) -> CourseRun:
    """A class that the viewer may see; 404 otherwise."""
    return get_object_or_404(CourseRun.objects.visible_to(signed_in(request)).select_related("course"), code=code)


def a_meeting(request: HttpRequest, code: str, pk: int) -> Meeting:
    """A meeting of a class that the viewer may see; 404 otherwise."""
    seen = Meeting.objects.visible_to(signed_in(request)).select_related("run__course", "instructor")
    return get_object_or_404(seen, pk=pk, run__code=code)


def show(
    request: HttpRequest,
    template: str,
    title: str,
    run: CourseRun,
    *,
    status: int = 200,
    deep: bool = True,
    **more: Any,
) -> HttpResponse:
    """A page inside Wagtail's frame, below the class and, where `deep`, its timetable."""
    way = [
        (reverse("enrolments_admin:classes"), _("Classes")),
        (reverse("enrolments_admin:class", args=[run.code]), run.code),
    ]
    if deep:
        way.append((reverse("enrolments_admin:meetings", args=[run.code]), _("Meetings")))
    context = {**frame(title, "calendar-alt", *way), "run": run, "may": may_take(request), **more}
    return render(request, f"enrolments/admin/{template}.html", context, status=status)


def may_take(request: HttpRequest) -> bool:
    """Whether the viewer plans meetings and takes attendance, or only reads."""
    return signed_in(request).has_role(*TAKES_ATTENDANCE)


@never_cache
def meetings(request: HttpRequest, code: str) -> HttpResponse:
    """All meetings of a class, with what can be done, and the calendars."""
    run, viewer, now = a_class(request, code), signed_in(request), timezone.now()
    return show(
        request,
        "meetings",
        _("Meetings"),
        run,
        deep=False,
        rows=timetables.timetable(run, now),
        clashes=_standing_clashes(run),
        shares=timetables.shares(run, now),
        class_feed=feed_address(timetables.calendar_key(CalendarKey.Kind.RUN, run=run)),
        own_feed=feed_address(timetables.calendar_key(CalendarKey.Kind.TEACHING, person=viewer)),
    )


def _standing_clashes(run: CourseRun) -> list[timetables.Clash]:
    """What lies in the way of the meetings as they are planned."""
    ahead = Meeting.objects.standing().filter(run=run, ends_at__gt=timezone.now()).select_related("instructor")
    groups: dict[tuple[str, User | None], list[Slot]] = {}
    for meeting in ahead:
        groups.setdefault((meeting.room, meeting.instructor), []).append(Slot(meeting.starts_at, meeting.ends_at))
    return [
        clash
        for (room, instructor), slots in groups.items()
        for clash in timetables.clashes(run, slots, room, instructor)
    ]


@never_cache
def meeting_add(request: HttpRequest, code: str) -> HttpResponse:
    """One more meeting."""
    run = a_class(request, code)
    form = MeetingForm(request.POST or None, run=run, initial={"day": run.starts_on})

    def store() -> None:
        actions.plan_meetings(run=run, slots=[form.slot], by=signed_in(request), at=timezone.now(), **form.room_facts)
        messages.success(request, _("The meeting is in the timetable."))

    return _edit(request, run, form, _("Add a meeting"), store)


@never_cache
def meeting_series(request: HttpRequest, code: str) -> HttpResponse:
    """Meetings on certain days of the week."""
    run = a_class(request, code)
    form = SeriesForm(request.POST or None, run=run, initial={"first": run.starts_on, "last": run.ends_on})

    def store() -> None:
        made = actions.plan_meetings(
            run=run, slots=_slots(form), by=signed_in(request), at=timezone.now(), **form.room_facts
        )
        messages.success(request, _("%(count)s meetings are in the timetable.") % {"count": len(made)})

    return _edit(request, run, form, _("Add a series of meetings"), store)


@never_cache
def meeting_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What is changed of a meeting."""
    meeting = a_meeting(request, code, pk)
    form = MeetingForm(request.POST or None, run=meeting.run, initial=MeetingForm.initial_of(meeting))

    def store() -> None:
        slot = form.slot
        actions.change_meeting(
            meeting=meeting,
            by=signed_in(request),
            at=timezone.now(),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            **form.room_facts,
        )
        messages.success(request, _("The meeting is changed."))

    return _edit(request, meeting.run, form, _("Change a meeting"), store, own=meeting.pk)


def _slots(form: MeetingForm | SeriesForm) -> Sequence[Slot]:
    return [form.slot] if isinstance(form, MeetingForm) else series.generate(form.rule)


def _edit(
    request: HttpRequest, run: CourseRun, form: MeetingForm | SeriesForm, title: str, store: Any, own: int | None = None
) -> HttpResponse:
    """The form; what clashes is shown once before it is stored all the same."""
    status, clashes, slots = 200, list[timetables.Clash](), list[Slot]()
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                slots = list(_slots(form))
                facts = form.room_facts
                clashes = timetables.clashes(run, slots, facts["room"], facts["instructor"], own)
                if not clashes or request.POST.get("all_the_same"):
                    store()
                    return redirect("enrolments_admin:meetings", code=run.code)
            except Refused as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
                status = 409
    return show(
        request, "meeting_form", title, run, status=status, form=form, media=form.media, clashes=clashes, slots=slots
    )


@never_cache
def meeting_cancel(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Call a meeting off, after asking for the reason."""
    meeting, status = a_meeting(request, code, pk), 200
    form = CancelForm(request.POST or None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.cancel_meeting(meeting=meeting, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("The meeting is cancelled. Everybody in the class is told."))
                return redirect("enrolments_admin:meetings", code=code)
    return show(
        request, "meeting_cancel", _("Cancel a meeting"), meeting.run, status=status, form=form, meeting=meeting
    )


def meeting_restore(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put a cancelled meeting back."""
    try:
        actions.restore_meeting(meeting=a_meeting(request, code, pk), by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The meeting takes place again. Everybody in the class is told."))
    return redirect("enrolments_admin:meetings", code=code)


def meeting_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Make the address of a calendar, or a new one: the class's, or of all that one teaches."""
    run, now = a_class(request, code), timezone.now()
    kind = request.POST.get("kind", "")
    if kind == CalendarKey.Kind.RUN:
        actions.renew_calendar_key(kind=kind, run=run, at=now)
    elif kind == CalendarKey.Kind.TEACHING:
        actions.renew_calendar_key(kind=kind, person=signed_in(request), at=now)
    else:
        raise Http404
    messages.success(request, _("The calendar has a new address. One given out before shows nothing now."))
    return redirect("enrolments_admin:meetings", code=code)


@never_cache
def attendance_table(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody by meetings, with the share of each."""
    run, now = a_class(request, code), timezone.now()
    page = page_of(run.enrolments.seated().select_related("person").order_by("person__sort_key", "pk"), PAGE, request)
    shares = timetables.shares(run, now, [enrolment.pk for enrolment in page])
    rows = [
        (
            enrolment,
            [shares.marks.get(enrolment.pk, {}).get(meeting.pk, "") for meeting in shares.meetings],
            shares.of(enrolment.pk),
        )
        for enrolment in page
    ]
    return show(
        request,
        "attendance_table",
        _("Attendance of the class"),
        run,
        rows=rows,
        page=page,
        query=rest_of(request),
        shares=shares,
    )
