"""Attendance from paper and from files: the sheet to sign and its scan, tables, lists of meeting tools."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _, pgettext_lazy
from django.views.decorators.cache import never_cache

from enrolments import actions, attendance_files, meeting_exports, sheets, timetables
from enrolments.attendance import by_minutes
from enrolments.forms_meetings import ListForm, ScanForm
from enrolments.models import Attendance, Meeting
from enrolments.views_attendance import mark_form, saved
from enrolments.views_timetable import a_meeting, show
from lms.lib import uploads
from lms.lib.states import Refused
from people.visitors import signed_in

MOST_BYTES = 2_000_000
MOST_PEOPLE = 2_000
_CHOICES = (
    (Attendance.Status.PRESENT.value, pgettext_lazy("one tap", "Here")),
    (Attendance.Status.LATE.value, pgettext_lazy("one tap", "Late")),
    (Attendance.Status.EXCUSED.value, pgettext_lazy("one tap", "Excused")),
    (Attendance.Status.ABSENT.value, pgettext_lazy("one tap", "Absent")),
)


# --- Paper ----------------------------------------------------------------------------------


@never_cache
def sheet_pdf(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The sheet to print and sign."""
    meeting = a_meeting(request, code, pk)
    answer = HttpResponse(sheets.pdf(meeting, timezone.now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="diem-danh-{code}-{meeting.pk}.pdf"'
    return answer


@never_cache
def attendance_sheet(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The signed sheet filled back in, in the order of the paper, with its scan."""
    meeting, now, status = a_meeting(request, code, pk), timezone.now(), 200
    form = ScanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = _take_sheet(request, meeting, form.cleaned_data["scan"], now)
        except uploads.BadUpload as fault:
            form.add_error("scan", str(fault))
            status = 422
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, said)
            return redirect("enrolments_admin:attendance", code=code, pk=pk)
    return show(
        request,
        "attendance_sheet",
        _("Fill in the signed sheet"),
        meeting.run,
        status=status,
        meeting=meeting,
        form=form,
        list=timetables.attended(meeting),
        choices=_CHOICES,
        typed={name: value for name, value in request.POST.items() if name.startswith(("status-", "note-"))},
        rest=request.POST.get("rest", ""),
        sheets=meeting.sheets.select_related("added_by"),
    )


def _take_sheet(request: HttpRequest, meeting: Meeting, scan: "UploadedFile[bytes] | None", now: datetime) -> str:
    """Scan and marks; what to say. A scan that is no scan stops the marks too. Raises BadUpload, Refused."""
    checked = None
    if scan is not None:
        checked = uploads.check(scan, allowed=("pdf", "jpg", "jpeg", "png"), max_bytes=settings.EVIDENCE_MAX_BYTES)
    changed = mark_form(request, meeting, Attendance.Method.SHEET, now)
    if checked is None or scan is None:
        return saved(changed)
    actions.add_sheet(meeting=meeting, file=checked, name=scan.name or "", by=signed_in(request), at=now)
    return " ".join((saved(changed), _("The scan is kept.")))


@never_cache
def sheet_scan(request: HttpRequest, code: str, pk: int, scan: int) -> FileResponse:
    """A scan, as it was sent."""
    kept = get_object_or_404(a_meeting(request, code, pk).sheets, pk=scan)
    return FileResponse(storages["private"].open(kept.path), as_attachment=True, filename=kept.name)


# --- Files ----------------------------------------------------------------------------------


@never_cache
def attendance_template(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A table of the class to fill in."""
    found = timetables.attended(a_meeting(request, code, pk))
    people = [
        (one.pk, one.name, one.enrolment.enterprise.name if one.enrolment.enterprise else "") for one in found.people
    ]
    content = attendance_files.template(people, {one.pk: one.status for one in found.people})
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="diem-danh-{code}-{pk}.csv"'
    return answer


@never_cache
def attendance_upload(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A filled-in table, taken in at once or refused with every fault; or a tool's list, shown first."""
    meeting, now = a_meeting(request, code, pk), timezone.now()
    if request.method == "POST" and "people" in request.POST:
        return _take_list(request, meeting, now)
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _upload_page(request, meeting, form)
    if not form.is_valid():
        return _upload_page(request, meeting, form, status=422)
    content, found = form.cleaned_data["file"].read(MOST_BYTES + 1), timetables.attended(meeting)
    try:
        if len(content) > MOST_BYTES:
            raise meeting_exports.Unreadable(_("The file is larger than 2 MB. Is it the right one?"))
        marks, faults = attendance_files.read(content, found.known)
        if not faults:
            return _take_table(request, meeting, marks, content, now)
        try:
            export = meeting_exports.read(content)
        except meeting_exports.Unreadable:
            return _upload_page(request, meeting, form, status=422, faults=faults)
    except meeting_exports.Unreadable as fault:
        form.add_error("file", str(fault))
        return _upload_page(request, meeting, form, status=422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _upload_page(request, meeting, form, status=409)
    return _preview(request, meeting, form, export, found, hashlib.sha256(content).hexdigest()[:12])


def _upload_page(
    request: HttpRequest, meeting: Meeting, form: ListForm, status: int = 200, **more: Any
) -> HttpResponse:
    title = _("Attendance from a file")
    return show(request, "attendance_upload", title, meeting.run, status=status, meeting=meeting, form=form, **more)


def _take_table(
    request: HttpRequest, meeting: Meeting, rows: list[attendance_files.Marked], content: bytes, now: datetime
) -> HttpResponse:
    sha = hashlib.sha256(content).hexdigest()[:12]
    marks = [actions.Mark(row.pk, row.status, note=row.note, key=f"file-{sha}") for row in rows]
    actions.mark_all(meeting=meeting, marks=marks, method=Attendance.Method.FILE, by=signed_in(request), at=now)
    messages.success(request, saved(len(marks)))
    return redirect("enrolments_admin:attendance", code=meeting.run.code, pk=meeting.pk)


def _preview(
    request: HttpRequest,
    meeting: Meeting,
    form: ListForm,
    export: meeting_exports.Export,
    found: timetables.Attended,
    sha: str,
) -> HttpResponse:
    """What the list would mean, person by person, to be looked at and put right before anything is stored."""
    present_from, late_from = form.cleaned_data["present_from"], form.cleaned_data["late_from"]
    names = dict(Attendance.Status.choices)
    rows = [
        (seen, pk, names[by_minutes(min(seen.minutes, meeting.minutes), meeting.minutes, present_from, late_from)])
        for seen, pk in meeting_exports.match(export.people[:MOST_PEOPLE], found.known)
    ]
    recognised = {pk for _seen, pk, _status in rows if pk is not None}
    return show(
        request,
        "attendance_preview",
        _("Who was in the online room"),
        meeting.run,
        meeting=meeting,
        rows=rows,
        tool=export.tool,
        people=found.people,
        unseen=[one for one in found.people if one.pk not in recognised],
        present_from=present_from,
        late_from=late_from,
        sha=sha,
    )


def _take_list(request: HttpRequest, meeting: Meeting, now: datetime) -> HttpResponse:
    """Store what was looked at: minutes of one person's lines added up.

    Who is not in the list is absent if so chosen; who is marked already stays so
    unless chosen otherwise, for part of a class may have sat in the room.
    """
    found = timetables.attended(meeting)
    minutes: dict[int, int] = {}
    known = {one.pk for one in found.people}
    for index in range(min(_number(request, "people"), MOST_PEOPLE)):
        pk = _number(request, f"person-{index}")
        if pk in known:
            minutes[pk] = minutes.get(pk, 0) + _number(request, f"minutes-{index}")
    present_from = _number(request, "present_from") or settings.ATTENDANCE_PRESENT_PERCENT
    late_from = _number(request, "late_from")
    marks, replacing = [], "replace" in request.POST
    for one in found.people:
        if one.pk not in minutes and (one.status or "absent" not in request.POST):
            continue
        if one.status and not replacing:
            continue
        there = min(minutes.get(one.pk, 0), meeting.minutes)
        status = by_minutes(there, meeting.minutes, present_from, late_from)
        # The same list with the same shares, sent again, is written once.
        key = f"tool-{request.POST.get('sha', '')[:12]}-{there}{status[0]}"
        marks.append(actions.Mark(one.pk, status, minutes=there, key=key))
    try:
        actions.mark_all(meeting=meeting, marks=marks, method=Attendance.Method.TOOL, by=signed_in(request), at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, saved(len(marks)))
    return redirect("enrolments_admin:attendance", code=meeting.run.code, pk=meeting.pk)


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 16 else 0
