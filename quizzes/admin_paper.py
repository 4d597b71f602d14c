"""Exams on paper, inside Wagtail's admin: printing, and answers on their way in."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from enrolments.models import RunInstructor
from lms.lib import papers as papers_of
from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.spreadsheets import XLSX
from lms.lib.states import Refused
from lms.lib.uploads import BadUpload
from people.back_office import frame
from people.models import Job, User
from people.queries_import import progress
from people.visitors import signed_in
from quizzes import paper, paper_prints, paper_table
from quizzes.actions import paper as actions, paper_taking, scans as scanning
from quizzes.forms_paper import ScansForm, SheetsForm, TableForm
from quizzes.models import Exam, ExamForm, ExamSession, PaperBatch, Sitting
from quizzes.paper_table import Entry
from quizzes.queries import on_paper as queries
from quizzes.seating import by_seat

log = structlog.get_logger(__name__)
SHOWN, PAGE = 20, 50
NOT_RENDERED = gettext_lazy("The PDF file could not be made. The administrator sees why in the log.")
TWICE = "quizzes.paper-typed"


def sessions_of(person: User) -> QuerySet[ExamSession]:
    """Sessions whose papers somebody works with: all for examiners; those of classes that instructors teach."""
    found = ExamSession.objects.visible_to(person).select_related("exam__bank__course", "run")
    if not person.has_role(Role.ADMINISTRATOR, Role.EXAMINER):
        found = found.filter(run__in=_taught(person))
    return found


def session_of(request: HttpRequest, pk: int) -> ExamSession:
    """One of them, or a 404."""
    return get_object_or_404(sessions_of(signed_in(request)), pk=pk)


def _taught(person: User) -> Any:
    return RunInstructor.objects.filter(person=person, until=None).values("run")


def _exams(person: User) -> Any:
    if person.has_role(Role.ADMINISTRATOR, Role.EXAMINER):
        return Exam.objects.all()
    own = Exam.objects.visible_to(person).values("pk")
    return Exam.objects.filter(Q(pk__in=own) | Q(sessions__run__in=_taught(person))).distinct()


def show(request: HttpRequest, template: str, title: str, session: ExamSession | None, status: int = 200,
         **context: Any) -> HttpResponse:  # fmt: skip
    """A page of this part, with the way to it."""
    way = []
    if session is not None:
        here = _("%(code)s: on paper") % {"code": session.code}
        way = [(reverse("quizzes_admin:paper_session", args=[session.pk]), here)]
    told = {**frame(title, "clipboard-list", *way), "session": session, **context}
    return render(request, f"quizzes/admin/{template}.html", told, status=status)


def _pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
def papers(request: HttpRequest) -> HttpResponse:
    """Sessions whose papers the visitor works with, newest first."""
    page = page_of(sessions_of(signed_in(request)), PAGE, request)
    return show(request, "papers", _("Exams on paper"), None, page=page, query=rest_of(request))


# --- Printing --------------------------------------------------------------------------------------


@never_cache
def paper_exam(request: HttpRequest, pk: int) -> HttpResponse:
    """An exam's forms to be printed."""
    exam = get_object_or_404(_exams(signed_in(request)).select_related("bank"), pk=pk)
    context = {"exam": exam, "forms": exam.forms.filter(Q(retired_at=None) | ~Q(paper=[])).order_by("code")}
    return show(request, "paper_exam", _("On paper: %(exam)s") % {"exam": exam.title}, None, **context)


def paper_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The booklet of a form, or its key sheet, as PDF. By POST: the first printing fixes a form, keys are logged."""
    by, at = signed_in(request), timezone.now()
    form = get_object_or_404(ExamForm.objects.filter(exam__in=_exams(by)).select_related("exam"), pk=pk)
    name = f"{form.exam.code}-{form.code}"
    try:
        if request.POST.get("what") == "key":
            keys = actions.keys_of(form=form, by=by, at=at)
            found = actions.pin_form(form=form, by=by, at=at)
            return _pdf(paper_prints.key_sheet(found, keys, by, at), f"{name}-dap-an")
        found = actions.pin_form(form=form, by=by, at=at)
        language = request.POST.get("language", "vi")
        language = language if language in paper_prints.LANGUAGES else "vi"
        return _pdf(paper_prints.booklet(found, language, at), f"{name}-{language}")
    except Refused as refusal:
        messages.error(request, str(refusal))
    except papers_of.CannotRender:
        log.exception("paper_not_rendered", form=form.pk)
        messages.error(request, NOT_RENDERED)
    return redirect("quizzes_admin:paper_exam", pk=form.exam_id)


@never_cache
def paper_session(request: HttpRequest, pk: int) -> HttpResponse:
    """A session on paper: sheets to print, answers to take in, who has none yet; by POST the sheets as PDF."""
    session = session_of(request, pk)
    form, status = SheetsForm(session.exam, request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _sheets(session, form.cleaned_data["forms"], signed_in(request), timezone.now())
            except Refused as refusal:
                form.add_error(None, str(refusal))
            except papers_of.CannotRender:
                log.exception("paper_not_rendered", session=session.pk)
                form.add_error(None, NOT_RENDERED)
    return _session_page(request, session, status, sheets=form)


def _sheets(session: ExamSession, codes: list[str], by: User, at: datetime) -> HttpResponse:
    sittings = actions.give_forms(session=session, codes=codes, by=by, at=at)
    forms = queries.paper_forms(session.exam)
    return _pdf(paper_prints.answer_sheets(session, sittings, forms, by, at), f"{session.code}-phieu")


def _session_page(request: HttpRequest, session: ExamSession, status: int = 200, **forms: Any) -> HttpResponse:
    return show(
        request,
        "paper_session",
        _("On paper: %(session)s") % {"session": session.code},
        session,
        status,
        **{"sheets": SheetsForm(session.exam), "table": TableForm(), "pictures": ScansForm(), **forms},
        batches=session.paper_batches.select_related("created_by").exclude(kind=PaperBatch.Kind.TYPED)[:SHOWN],
        missing=queries.without_answers(session),
        total=session.sittings.count(),
        begun=timezone.now() >= session.starts_at,
    )


@never_cache
def paper_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The table to fill in, with a row for each person of the session."""
    session = session_of(request, pk)
    forms = queries.paper_forms(session.exam)
    rows = [
        (paper.sheet_code(one.pk), one.form.code if one.form else "", f"{one.person.full_name} · {one.seat}")
        for one in by_seat(session.sittings.select_related("person", "form"))
    ]
    count = max((len(form.items) for form in forms.values()), default=0)
    answer = HttpResponse(paper_table.template(session.code, rows, count), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{session.code}-bai-lam.xlsx"'
    return answer


# --- Taking in ----------------------------------------------------------------------------------------


def paper_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a table, or pictures, to be looked at."""
    session, by, at = session_of(request, pk), signed_in(request), timezone.now()
    scans = request.POST.get("kind") == "scans"
    form: TableForm | ScansForm = (ScansForm if scans else TableForm)(request.POST, request.FILES)
    name = "pictures" if scans else "table"
    if form.is_valid():
        try:
            batch = (_pictures_in if scans else _table_in)(session, form, by, at)
            return redirect("quizzes_admin:paper_batch", pk=batch.pk)
        except (Refused, BadUpload) as refusal:
            form.add_error(name, str(refusal))
    return _session_page(request, session, 422, **{name: form})


def _table_in(session: ExamSession, form: Any, by: User, at: datetime) -> PaperBatch:
    file: UploadedFile[bytes] = form.cleaned_data["table"]
    if (file.size or 0) > paper_table.MAX_BYTES:
        raise Refused(_("This file is larger than a list of answers can be. Send the filled-in template."), "too_large")
    content = file.read()
    return actions.upload_answers(
        session=session, entries=paper_table.read(content), name=file.name or "",
        sha256=hashlib.sha256(content).hexdigest(), by=by, at=at,
    )  # fmt: skip


def _pictures_in(session: ExamSession, form: Any, by: User, at: datetime) -> PaperBatch:
    return scanning.upload_scans(session=session, files=form.cleaned_data["pictures"], by=by, at=at)


def batch_of(request: HttpRequest, pk: int) -> tuple[PaperBatch, ExamSession]:
    """A batch with its session, both fetched as the visitor may see them."""
    found = PaperBatch.objects.visible_to(signed_in(request)).select_related("job")
    batch = get_object_or_404(found, pk=pk)
    session = session_of(request, batch.session_id)
    batch.session = session
    return batch, session


@never_cache
def paper_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """What a batch would become, with every fault; by POST it is taken in, or put aside."""
    batch, session = batch_of(request, pk)
    by, at, status = signed_in(request), timezone.now(), 200
    if request.headers.get("HX-Request"):
        return _batch_progress(request, batch)
    if request.method == "POST":
        work = _put_aside if request.POST.get("act") == "drop" else _take_in
        if (done := _done(request, lambda: work(batch, by, at))) is not None:
            return done
        status = 409
    taking = queries.at_work(batch) and batch.job is not None and batch.job.kind == paper_taking.KIND
    entries, faults = ([], []) if taking else queries.entries_of(batch)
    judged = queries.judge(session, entries, by) if batch.state == PaperBatch.State.READ else []
    bad = sum(bool(one.faults) for one in judged)
    context = {
        **_bar(batch),
        "taking": taking,
        "failed": batch.state == PaperBatch.State.READ and batch.job is not None and _failed(batch.job),
        # Those with faults first: among two hundred nobody finds them otherwise.
        "judged": sorted(judged, key=lambda one: not one.faults),
        "faults": faults,
        "bad": bad,
        "new": sum(not one.faults and not one.same for one in judged),
        "ready": bool(judged) and not bad and not faults,
        "scans": sorted(((scan, queries.is_open(scan)) for scan in batch.scans.all()), key=lambda pair: not pair[1]),
        "history": batch.events.select_related("by").order_by("-at", "-pk"),
    }
    return show(request, "paper_batch", batch.name, session, status, **context)


def _failed(job: Job) -> bool:
    return job.state == Job.State.FAILED or "refused" in (job.result or {})


def _bar(batch: PaperBatch) -> dict[str, Any]:
    done, total = progress(batch.job) if batch.job else (0, 0)
    return {"batch": batch, "working": queries.at_work(batch), "done": done, "total": total}


def _batch_progress(request: HttpRequest, batch: PaperBatch) -> HttpResponse:
    """The bar alone while the worker is at it; afterwards the page is loaded anew."""
    if queries.at_work(batch):
        return render(request, "quizzes/admin/_paper_progress.html", _bar(batch))
    return HttpResponse(headers={"HX-Refresh": "true"})


def _take_in(batch: PaperBatch, by: User, at: datetime) -> tuple[str, str, int]:
    done = paper_taking.ask_take_in(batch=batch, by=by, at=at)
    if done.state != PaperBatch.State.DONE:
        return _("The sheets are being taken in. This page shows how far it is."), "quizzes_admin:paper_batch", batch.pk
    count = len(done.events.filter(new=PaperBatch.State.DONE).get().data["attempts"])
    said = ngettext("%(n)s sheet is taken in and graded.", "%(n)s sheets are taken in and graded.", count)
    return said % {"n": count}, "quizzes_admin:paper_batch", batch.pk


def _put_aside(batch: PaperBatch, by: User, at: datetime) -> tuple[str, str, int]:
    actions.put_aside(batch=batch, by=by, at=at)
    return _("Put aside: nothing of it was taken in."), "quizzes_admin:paper_session", batch.session_id


def _done(request: HttpRequest, work: Callable[[], tuple[str, str, int]]) -> HttpResponse | None:
    try:
        said, view, pk = work()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, said)
    return redirect(view, pk=pk)


# --- Typing in ------------------------------------------------------------------------------------------


@never_cache
def paper_type(request: HttpRequest, pk: int, sitting_id: int) -> HttpResponse:
    """Type in one sheet by hand."""
    session = session_of(request, pk)
    sittings = session.sittings.filter(ended_at=None).select_related("person", "form")
    sitting = get_object_or_404(sittings, pk=sitting_id)
    forms = queries.paper_forms(session.exam)
    given = sitting.form.code if sitting.form else next(iter(forms), "")
    code = request.POST.get("form") or request.GET.get("form") or given
    found, status, faults = forms.get(code), 200, queries.Judged(Entry("1", "", code, {}))
    entry = Entry("1", paper.sheet_code(sitting.pk), code, _typed(request, found))
    again = request.method == "POST" and request.POST.get("act") == "twice"
    if request.method == "POST" and found is not None and not again:
        differing = _differing(request, entry)
        status = 422
        if differing:
            faults.by_cell = differing
        elif (refused := _type_in(request, session, entry, sitting)) is None:
            return redirect("quizzes_admin:paper_session", pk=pk)
        else:
            faults = refused
    rows = _type_rows(found, Entry("1", "", code, {}) if again else entry, faults)
    title = _("Type in: %(name)s") % {"name": sitting.person.full_name}
    context = {"sitting": sitting, "code": entry.code, "form": found, "forms": forms, "rows": rows, "judged": faults}
    first = signing.dumps(entry.cells, salt=TWICE) if again else ""
    return show(request, "paper_type", title, session, status, first=first, **context)


def _type_in(request: HttpRequest, session: ExamSession, entry: Entry, sitting: Sitting) -> queries.Judged | None:
    """Take the sheet in; its faults when it is not."""
    try:
        actions.type_in(session=session, entry=entry, by=signed_in(request), at=timezone.now())
    except actions.NotTaken as refusal:
        return refusal.judged[0]
    except Refused as refusal:
        return queries.Judged(entry, faults=[str(refusal)])
    messages.success(request, _("The answers of %(name)s are taken in.") % {"name": sitting.person.full_name})
    return None


def _differing(request: HttpRequest, entry: Entry) -> dict[int, str]:
    """By question what was typed the first time, where the second time says something else."""
    sent = request.POST.get("first", "")
    if not sent:
        return {}
    try:
        first = {int(number): text for number, text in signing.loads(sent, salt=TWICE).items()}
    except signing.BadSignature:
        return {}
    return {
        number: _("The first time: “%(text)s”. Which is right?") % {"text": first.get(number, "")}
        for number in sorted({*first, *entry.cells})
        if _plain(first.get(number, "")) != _plain(entry.cells.get(number, ""))
    }


def _plain(text: str) -> str:
    return "".join(text.split()).upper()


def _type_rows(found: queries.PaperForm | None, entry: Entry, judged: queries.Judged) -> list[dict[str, Any]]:
    if found is None:
        return []
    return [
        {
            "number": item.number,
            "value": entry.cells.get(item.number, ""),
            "printed": found.printed[item.number],
            "fault": judged.by_cell.get(item.number, ""),
        }
        for item in found.items
    ]


def _typed(request: HttpRequest, found: queries.PaperForm | None) -> dict[int, str]:
    if request.method != "POST" or found is None:
        return {}
    given = {item.number: request.POST.get(f"q{item.number}", "").strip()[:12_000] for item in found.items}
    return {number: text for number, text in given.items() if text}
