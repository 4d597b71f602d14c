"""Files of people: uploaded, looked at, taken in. The same pages for staff and for an enterprise's contact."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache

from lms.lib.paging import page_of, rest_of
from lms.lib.spreadsheets import XLSX
from lms.lib.states import Refused
from people import actions, queries_import
from people.back_office import frame
from people.forms import ApplyForm, ImportRowFilterForm, UploadForm
from people.imports import paper
from people.imports.columns import tell
from people.models import Enterprise, ImportRow, Job, Membership, PeopleImport, User
from people.visitors import signed_in

PAGE = 50
FILES = 20
State = PeopleImport.State


def _at(staff: bool, name: str, *args: Any) -> str:
    """The address of a page here: in the back office or in the account."""
    return reverse(f"people_admin:{name}" if staff else f"people:{name}", args=args)


def _enterprises(viewer: User, staff: bool) -> QuerySet[Enterprise]:
    """Whose people a file may be of: a contact's own, any for staff."""
    found = Enterprise.objects.filter(merged_into=None)
    if not staff:
        found = found.filter(pk__in=Membership.objects.contacts_of(viewer).values("enterprise"))
    return found.order_by("search_key", "pk")


def _files(viewer: User, staff: bool) -> QuerySet[PeopleImport]:
    found = queries_import.files(viewer)
    if staff:
        return found
    return found.filter(by_contact=True, enterprise__in=_enterprises(viewer, staff=False).values("pk"))


def _show(
    request: HttpRequest, staff: bool, template: str, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    way = [(_at(True, "imports"), _("People from a file"))] if staff and template != "import_files" else []
    context |= {"staff": staff, "title": title, "files_url": _at(staff, "imports")}
    if staff:
        context = {**frame(title, "upload", *way), **context}
    folder = "people/admin" if staff else "people"
    return render(request, f"{folder}/{template}.html", context, status=status)


@never_cache
def imports(request: HttpRequest, *, staff: bool = False) -> HttpResponse:
    """The files uploaded so far, and a form for another."""
    viewer = signed_in(request)
    offered = _enterprises(viewer, staff)
    initial = {"enterprise": request.GET.get("enterprise")} if request.GET.get("enterprise", "").isdecimal() else None
    form = UploadForm(
        request.POST or None, request.FILES or None, offered=offered, needed=not staff, initial=initial
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = actions.upload_people(
            file=file.file,
            name=file.name or "",
            enterprise=form.cleaned_data["enterprise"],
            by_contact=not staff,
            by=viewer,
            at=timezone.now(),
        )
        return redirect(_at(staff, "import", batch.pk))
    page = page_of(_files(viewer, staff), FILES, request)
    links = [(batch, _at(staff, "import", batch.pk)) for batch in page]
    status = 422 if request.method == "POST" else 200
    return _show(
        request, staff, "import_files", _("People from a file"), status,
        form=form, page=page, links=links, query=rest_of(request), template_url=_at(staff, "import_template"),
    )  # fmt: skip


@never_cache
def imported(request: HttpRequest, pk: int, *, staff: bool = False) -> HttpResponse:
    """One file: how far the work is, then what its rows would bring or have brought."""
    viewer = signed_in(request)
    batch = get_object_or_404(_files(viewer, staff), pk=pk)
    if request.headers.get("HX-Request"):
        return _progress(request, batch, staff)
    context: dict[str, Any] = {}
    if batch.state in (State.READ, State.APPLIED):
        context = _rows(request, batch)
    return _show(request, staff, "import_file", batch.name, **_about(batch, viewer, staff), **context)


def _progress(request: HttpRequest, batch: PeopleImport, staff: bool) -> HttpResponse:
    """The bar alone while the work goes on; afterwards the page is loaded anew."""
    if _working(batch):
        return render(request, "people/_import_progress.html", _bar(batch, staff))
    response = HttpResponse(status=200)
    response["HX-Refresh"] = "true"
    return response


def _working(batch: PeopleImport) -> bool:
    unfinished = batch.state in (State.READING, State.APPLYING)
    return unfinished and batch.job is not None and batch.job.state != Job.State.FAILED


def _bar(batch: PeopleImport, staff: bool) -> dict[str, Any]:
    done, total = queries_import.progress(batch.job) if batch.job else (0, 0)
    return {"batch": batch, "done": done, "total": total, "file_url": _at(staff, "import", batch.pk)}


def _about(batch: PeopleImport, viewer: User, staff: bool) -> dict[str, Any]:
    """What every state of the page shows."""
    twin = queries_import.twin_of(batch, viewer)
    return {
        **_bar(batch, staff),
        "working": _working(batch),
        "stuck": batch.state in (State.READING, State.APPLYING) and not _working(batch),
        "faults": [tell(fault["code"], fault["facts"]) for fault in batch.faults],
        "notes": queries_import.notes(batch),
        "twin": twin,
        "twin_url": _at(staff, "import", twin.pk) if twin else "",
        "urls": {
            name: _at(staff, f"import_{name}", batch.pk) for name in ("apply", "drop", "retry", "refused")
        },
        "kept_days": actions.KEPT_FOR.days,
    }  # fmt: skip


def _rows(request: HttpRequest, batch: PeopleImport) -> dict[str, Any]:
    """The rows of one page, narrowed by verdict: the refused ones first of all where there are any."""
    counts = queries_import.counts(batch)
    form = ImportRowFilterForm(request.GET or None)
    refused = ImportRow.Verdict.REFUSE
    wanted = form.cleaned_data["verdict"] if form.is_valid() else ""
    if "verdict" not in request.GET and counts[refused] and batch.state == State.READ:
        wanted = refused
    rows = batch.rows.order_by("pk")
    if wanted:
        rows = rows.filter(verdict=wanted)
    page = page_of(rows, PAGE, request)
    labels = dict(ImportRow.Verdict.choices)
    good = counts[ImportRow.Verdict.CREATE] + counts[ImportRow.Verdict.MATCH]
    return {
        "page": page,
        "rows": queries_import.lines(batch, page.object_list),
        "chips": [("", _("All"), sum(counts.values())), *((key, labels[key], counts[key]) for key in counts)],
        "wanted": wanted,
        "counts": counts,
        "good": good,
        "refused": counts[refused],
        "query": rest_of(request),
    }


def apply(request: HttpRequest, pk: int, *, staff: bool = False) -> HttpResponse:
    """Ask for the rows to be taken in."""
    viewer = signed_in(request)
    batch = get_object_or_404(_files(viewer, staff), pk=pk)
    form = ApplyForm(request.POST)
    try:
        only_good = form.is_valid() and form.cleaned_data["only_good"]
        actions.apply_people(batch=batch, only_good=only_good, by=viewer, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_at(staff, "import", pk))


def drop(request: HttpRequest, pk: int, *, staff: bool = False) -> HttpResponse:
    """Drop a file: nothing of it is stored."""
    viewer = signed_in(request)
    batch = get_object_or_404(_files(viewer, staff), pk=pk)
    try:
        actions.drop_people(batch=batch, by=viewer, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_at(staff, "import", pk))
    messages.success(request, _("“%(name)s” is dropped; nothing of it was stored.") % {"name": batch.name})
    return redirect(_at(staff, "imports"))


def retry(request: HttpRequest, pk: int, *, staff: bool = False) -> HttpResponse:
    """Ask the worker once more, after it gave up."""
    viewer = signed_in(request)
    batch = get_object_or_404(_files(viewer, staff), pk=pk)
    try:
        actions.retry_people(batch=batch, by=viewer, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(_at(staff, "import", pk))


@never_cache
def refused(request: HttpRequest, pk: int, *, staff: bool = False) -> HttpResponse:
    """The refused rows with their reasons, to correct and upload again."""
    batch = get_object_or_404(_files(signed_in(request), staff), pk=pk)
    rows = queries_import.refused(batch)
    if not rows:
        messages.info(request, _("No row of this file is refused."))
        return redirect(_at(staff, "import", pk))
    stem = batch.name.rpartition(".")[0] or batch.name
    suffix = ngettext("%(count)d refused row", "%(count)d refused rows", len(rows)) % {"count": len(rows)}
    return _download(paper.refused(rows, of_contact=batch.by_contact), f"{stem[:100]} ({suffix}).xlsx")


def template(request: HttpRequest, *, staff: bool = False) -> HttpResponse:
    """The workbook to fill in."""
    known = queries_import.lists(on=timezone.localdate())
    return _download(paper.template(known, of_contact=not staff), _("NSCL people.xlsx"))


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
