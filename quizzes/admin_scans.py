"""Pictures of answer sheets, inside Wagtail's admin: what was read beside the cut-out, doubts settled by a person."""

from django.contrib import messages
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from people.visitors import signed_in
from quizzes import paper, paper_reading
from quizzes.actions import scans as actions
from quizzes.admin_paper import batch_of, show
from quizzes.models import PaperScan
from quizzes.paper_sheet import Row
from quizzes.queries import on_paper as queries
from quizzes.scan_words import DOUBTS, FAULTS
from quizzes.seating import by_seat


@never_cache
def paper_scan_look(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """One picture: what was read, doubts first to see; by POST what a person sees."""
    batch, session = batch_of(request, pk)
    scan = get_object_or_404(batch.scans, order=order)
    status = 200
    if request.method == "POST":
        try:
            if _settled(request, scan):
                return _next(request, scan)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
        scan.refresh_from_db()
    forms = queries.paper_forms(session.exam)
    sittings = by_seat(session.sittings.select_related("person"))
    people = [(paper.sheet_code(one.pk), f"{one.seat} · {one.person.full_name}") for one in sittings]
    form = forms.get(scan.form)
    numbers = dict.fromkeys(row.line.number for row in _rows(scan, form))
    rows = [
        {
            "number": number,
            "value": scan.cells.get(str(number), ""),
            "doubt": DOUBTS.get(scan.doubts.get(str(number), "")),
        }
        for number in numbers
    ]
    context = {
        "batch": batch,
        "scan": scan,
        "rows": sorted(rows, key=lambda row: row["doubt"] is None),
        "people": people,
        "forms": list(forms),
        "pages": range(1, max((len(one.pages) for one in forms.values()), default=1) + 1),
        "fault": FAULTS.get(scan.fault),
        "sheet_doubt": DOUBTS.get(scan.doubts.get("sheet", "")),
        "form_doubt": DOUBTS.get(scan.doubts.get("form", "")),
        "open": batch.state == batch.State.READ,
        "pictured": bool(scan.flat) and batch.state != batch.State.DROPPED,
    }
    return show(
        request,
        "paper_scan",
        _("Picture %(n)s: %(name)s") % {"n": order, "name": scan.name},
        session,
        status,
        **context,
    )


def _rows(scan: PaperScan, form: queries.PaperForm | None) -> list[Row]:
    if form is None or not 1 <= scan.page <= len(form.pages):
        return []
    return form.pages[scan.page - 1].rows


def _settled(request: HttpRequest, scan: PaperScan) -> bool:
    """Whether nothing is left to settle on this picture."""
    by, at = signed_in(request), timezone.now()
    if request.POST.get("act") == "drop":
        actions.drop_scan(scan=scan, by=by, at=at)
        return True
    page = request.POST.get("page", "")
    done = actions.settle_scan(
        scan=scan,
        code=request.POST.get("code", ""),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 3 else 0,
        form=request.POST.get("form", ""),
        cells={name[1:]: str(text) for name, text in request.POST.items() if name[:1] == "q" and name[1:].isdigit()},
        by=by,
        at=at,
    )
    if done.settled_at is None:
        messages.warning(request, _("The page was read anew. Look at it once more."))
    return done.settled_at is not None


def _next(request: HttpRequest, scan: PaperScan) -> HttpResponse:
    """On to the next picture with a doubt, or back to the batch."""
    messages.success(request, _("Saved."))
    for other in scan.batch.scans.order_by("order"):
        if other.pk != scan.pk and queries.is_open(other):
            return redirect("quizzes_admin:paper_scan", pk=scan.batch_id, order=other.order)
    return redirect("quizzes_admin:paper_batch", pk=scan.batch_id)


@never_cache
def paper_cut(request: HttpRequest, pk: int, order: int, number: int) -> HttpResponse:
    """The part of a picture that shows one question; number 0 is the head of the page, 999 the whole page."""
    batch, session = batch_of(request, pk)
    scan = get_object_or_404(batch.scans.exclude(flat="").exclude(batch__state=batch.State.DROPPED), order=order)
    with storages["private"].open(scan.flat) as file:
        content: bytes = file.read()
    if number != WHOLE:
        form = queries.paper_forms(session.exam).get(scan.form) if number else None
        rows = [row for row in _rows(scan, form) if row.line.number == number]
        content = paper_reading.cut(content, rows)
    return HttpResponse(content, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


WHOLE = 999
