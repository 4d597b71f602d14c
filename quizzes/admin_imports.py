"""Questions from files and into files: pages of a bank in the back office."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.lib.paging import page_of, rest_of
from lms.lib.spreadsheets import XLSX
from lms.lib.states import Refused
from people.visitors import signed_in
from quizzes import import_page, queries
from quizzes.actions import exports, imports as doing
from quizzes.bank_pages import bank_frame, found_bank, reader_language
from quizzes.formats import sentences, xlsx
from quizzes.forms_imports import ChoicesForm, ExportForm, TakeInForm, UploadForm, refused
from quizzes.models import Bank, BankImport
from quizzes.queries import imports as reading

PAGE = 20
FILES = 20


@never_cache
def bank_imports(request: HttpRequest, code: str) -> HttpResponse:
    """Files that came for a bank; a form for another, and one for writing the bank as a file."""
    bank = found_bank(request, code)
    viewer = signed_in(request)
    form = UploadForm(request.POST or None, request.FILES or None, bank=bank)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = doing.upload_questions(
                bank=bank, content=file.read(), name=file.name or "", options=form.options, by=viewer, at=timezone.now()
            )
            return redirect("quizzes_admin:bank_import", batch.pk)
        except Refused as refusal:
            refused(form, str(refusal))
    context = {
        **bank_frame(_("Questions from files"), bank),
        "form": form,
        "export": ExportForm(),
        "sees_keys": queries.sees_keys(viewer, bank),
        "has_topics": bool(form.fields["topic"].choices),  # type: ignore[attr-defined]
        "page": page_of(reading.imports(viewer, bank), FILES, request),
        "query": rest_of(request),
    }
    return render(request, "quizzes/admin/imports.html", context, status=422 if form.errors else 200)


@never_cache
def import_template(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook to fill in."""
    found_bank(request, code)
    return _file(xlsx.template(), _("NSCL questions.xlsx"), XLSX)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _found(request: HttpRequest, pk: int) -> BankImport:
    """The file, if the visitor works on its bank; else 404."""
    visible = BankImport.objects.visible_to(signed_in(request)).select_related("bank__course", "created_by")
    return get_object_or_404(visible.distinct(), pk=pk)


@never_cache
def bank_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what would come of it, question by question, every fault with its place."""
    batch = _found(request, pk)
    sees_keys = queries.sees_keys(signed_in(request), batch.bank)
    way = (reverse("quizzes_admin:bank_imports", args=[batch.bank.code]), _("Questions from files"))
    context: dict[str, Any] = {
        **bank_frame(batch.name, batch.bank, way), "batch": batch, "sees_keys": sees_keys,
        "format": import_page.format_name(batch.format),
    }  # fmt: skip
    if batch.state == BankImport.State.READ and sees_keys:
        context |= _looked(request, batch)
    return render(request, "quizzes/admin/import.html", context)


def _looked(request: HttpRequest, batch: BankImport) -> dict[str, Any]:
    looked = doing.look(doing.read_of(batch), batch.bank, batch.options)
    topics = {topic.code: topic.name for topic in batch.bank.topics.all()}
    chosen = request.GET.get("verdict", "")
    numbered = list(enumerate(looked.judged))
    if chosen in ("good", "fault", "left"):
        numbered = [(place, one) for place, one in numbered if one.verdict == chosen]
    elif chosen == "like":
        numbered = [(place, one) for place, one in numbered if one.like]
    page = page_of(numbered, PAGE, request)
    shown = import_page.rows([one for _place, one in page], topics, queries.keeper(batch.bank), reader_language())
    for (place, _one), row in zip(page, shown, strict=True):
        row.number = place + 1
    counts = {name: looked.count(name) for name in ("good", "fault", "left")}
    likes = sum(bool(one.like) for one in looked.judged)
    return {
        "rows": shown,
        "page": page,
        "query": rest_of(request),
        "counts": counts,
        "chips": [
            ("", _("All"), len(looked.judged)),
            ("good", _("Good"), counts["good"]),
            ("fault", _("With faults"), counts["fault"]),
            ("left", _("Not supported"), counts["left"]),
            ("like", _("Likely there already"), likes),
        ],
        "wanted": chosen,
        "notes": import_page.lines(looked.read.said, "note"),
        "left": import_page.lines(looked.read.said, "left"),
        "unsupported": import_page.unsupported(looked.read),
        "form": ChoicesForm(initial=batch.options, bank=batch.bank),
    }


@require_POST
def import_choices(request: HttpRequest, pk: int) -> HttpResponse:
    """Other defaults for the whole file."""
    batch = _found(request, pk)
    form = ChoicesForm(request.POST, bank=batch.bank)
    try:
        if form.is_valid():
            doing.choose_again(batch=batch, options=form.options, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("quizzes_admin:bank_import", pk)


@require_POST
def import_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the questions in: all or nothing."""
    batch = _found(request, pk)
    form = TakeInForm(request.POST)
    only_good = form.is_valid() and form.cleaned_data["only_good"]
    try:
        doing.take_in(batch=batch, only_good=only_good, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("quizzes_admin:bank_import", pk)
    count = len(batch.report.get("codes", ()))
    told = ngettext(
        "%(count)s question was taken in as a draft.", "%(count)s questions were taken in as drafts.", count
    )
    messages.success(request, told % {"count": count})
    return redirect("quizzes_admin:bank_import", pk)


@require_POST
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file aside: nothing of it is stored."""
    batch = _found(request, pk)
    try:
        doing.drop_questions(batch=batch, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("quizzes_admin:bank_import", pk)
    messages.success(request, _("“%(name)s” was put aside; nothing of it was stored.") % {"name": batch.name})
    return redirect("quizzes_admin:bank_imports", batch.bank.code)


@require_POST
def bank_export(request: HttpRequest, code: str) -> HttpResponse:
    """The bank as a file; what the format does not hold is named first, and asked about."""
    bank = found_bank(request, code)
    form = ExportForm(request.POST)
    if not form.is_valid():
        return redirect("quizzes_admin:bank_imports", code)
    try:
        written = exports.export_questions(
            bank=bank, form=form.cleaned_data["form"], language=form.cleaned_data["language"],
            by=signed_in(request), at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("quizzes_admin:bank_imports", code)
    if written.left and "sure" not in request.POST:
        return _ask(request, bank, form, written)
    return _file(written.content, f"{bank.code.lower()}.{written.extension}", written.media_type)


def _ask(request: HttpRequest, bank: Bank, form: ExportForm, written: Any) -> HttpResponse:
    way = (reverse("quizzes_admin:bank_imports", args=[bank.code]), _("Questions from files"))
    context = {
        **bank_frame(_("What the format does not hold"), bank, way),
        "form": form,
        "count": written.count,
        "left": [sentences.tell(said) for said in written.left],
    }
    return render(request, "quizzes/admin/export_left.html", context)
