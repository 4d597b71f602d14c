"""Staff's pages of certification, inside Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates import actions, impartiality, queries, register
from certificates.actions.decision import NotImpartial
from certificates.forms import ApplicationFilterForm, CertificateFilterForm, DecisionForm, EndForm, NoteForm
from certificates.models import Application, Certificate, RegisterBook, RegisterLine
from certificates.verdict import verdict
from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people.back_office import frame
from people.visitors import signed_in

PER_PAGE = 50


# --- Applications ------------------------------------------------------------------------


def applications(request: HttpRequest) -> HttpResponse:
    """Files to be worked on, oldest first."""
    form = ApplicationFilterForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = page_of(queries.applications(signed_in(request), state), PER_PAGE, request)
    context = {**frame(_("Applications"), "form"), "form": form, "page": page, "query": rest_of(request)}
    return render(request, "certificates/admin/applications.html", context)


def _file(request: HttpRequest, code: str) -> Application:
    rows = Application.objects.visible_to(signed_in(request)).exclude(state=Application.State.DRAFT)
    return get_object_or_404(rows.select_related("person", "version__scheme", "version__edition"), code=code)


def _file_page(request: HttpRequest, application: Application, status: int = 200, **more: Any) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    title = f"{application.code}: {application.person.full_name}"
    proposal = application.proposals.order_by("-at").select_related("by").first()
    proposed = application.state == Application.State.PROPOSED
    decides = person.has_role(Role.DECIDER) and proposed
    council = queries.council(application, now) if proposed else []
    lines = queries.eligibility(application.version, application.person, application, local_date(now))
    context = {
        **frame(title, "form", (reverse("certificates_admin:applications"), _("Applications"))),
        "application": application,
        "version": application.version,
        "lines": lines,
        "met": sum(line.met is True for line in lines),
        "evidence": queries.evidence(application),
        "history": application.events.order_by("at", "pk").select_related("by"),
        "proposal": proposal,
        "decision": getattr(application, "decision", None),
        "council": council,
        "may_decide": [judge.person for judge in council if not judge.reasons],
        "reasons": impartiality.why_not(person, application, now) if decides else [],
        "decides": decides,
        "checks": person.has_role(Role.OFFICER) and application.state == Application.State.SUBMITTED,
        "own": application.person_id == person.pk,
        "decision_form": DecisionForm(),
        "propose_form": NoteForm(prefix="propose"),
        "give_back_form": NoteForm(prefix="give_back"),
        **more,
    }
    return render(request, "certificates/admin/application.html", context, status=status)


def application(request: HttpRequest, code: str) -> HttpResponse:
    """One file: what is met, the evidence, the history, and what the reader may do."""
    return _file_page(request, _file(request, code))


def give_back(request: HttpRequest, code: str) -> HttpResponse:
    """Send a file back for completion."""
    found, form = _file(request, code), NoteForm(request.POST, prefix="give_back")
    if not form.is_valid():
        return _file_page(request, found, status=422, give_back_form=form)
    try:
        actions.give_back(application=found, note=form.cleaned_data["note"], by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _file_page(request, _file(request, code), status=409, refusal=str(refusal), give_back_form=form)
    messages.success(request, _("%(code)s was sent back to the applicant.") % {"code": code})
    return redirect("certificates_admin:applications")


def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a checked file for decision."""
    found, form = _file(request, code), NoteForm(request.POST, prefix="propose")
    if not form.is_valid():
        return _file_page(request, found, status=422, propose_form=form)
    try:
        actions.propose(application=found, note=form.cleaned_data["note"], by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _file_page(request, _file(request, code), status=409, refusal=str(refusal), propose_form=form)
    messages.success(request, _("%(code)s was proposed for decision.") % {"code": code})
    return redirect("certificates_admin:application", code=code)


def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Decide on a proposed file; whoever took part is refused, with rule, fact and end date."""
    found, form = _file(request, code), DecisionForm(request.POST)
    if not form.is_valid():
        return _file_page(request, found, status=422, decision_form=form)
    try:
        made = actions.decide(
            application=found,
            outcome=form.cleaned_data["outcome"],
            basis=form.cleaned_data["basis"],
            by=signed_in(request),
            at=timezone.now(),
        )
    except NotImpartial as refusal:
        return _file_page(request, found, status=403, reasons=refusal.reasons)
    except Refused as refusal:
        return _file_page(request, _file(request, code), status=409, refusal=str(refusal), decision_form=form)
    messages.success(request, _("Decision %(number)s has been made.") % {"number": made.number})
    return redirect("certificates_admin:application", code=code)


# --- Certificates ------------------------------------------------------------------------------


def certificates(request: HttpRequest) -> HttpResponse:
    """Certificates by number, name, kind and state."""
    form = CertificateFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "kind": "", "state": ""}
    rows = queries.certificates(signed_in(request), asked["q"], asked["kind"], asked["state"])
    page = page_of(rows, PER_PAGE, request)
    day = local_date(timezone.now())
    context = {
        **frame(_("Certificates issued"), "success"),
        "form": form,
        "page": page,
        "rows": [queries.Finding(item, verdict(item, day)) for item in page],
        "query": rest_of(request),
    }
    return render(request, "certificates/admin/certificates.html", context)


def _certificate(request: HttpRequest, code: str) -> Certificate:
    return get_object_or_404(Certificate.objects.visible_to(signed_in(request)), code=code)


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """One certificate with its facts, lines of the register and history."""
    found, person = _certificate(request, code), signed_in(request)
    context = {
        **frame(found.number, "success", (reverse("certificates_admin:certificates"), _("Certificates issued"))),
        "found": queries.finding(found, local_date(timezone.now())),
        "certificate": found,
        "lines": found.lines.select_related("book").order_by("sequence"),
        "history": found.events.order_by("at", "pk").select_related("by"),
        "may_end": person.has_role(Role.OFFICER)
        and person.pk != found.person_id
        and found.may_move(Certificate.State.REVOKED),
        "reads_register": person.has_role(Role.OFFICER, Role.INSPECTOR),
    }
    return render(request, "certificates/admin/certificate.html", context)


def end(request: HttpRequest, code: str) -> HttpResponse:
    """Cancel or withdraw: reason, and the number typed by hand."""
    found = _certificate(request, code)
    form = EndForm(request.POST or None, certificate=found)
    refusal, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act = actions.withdraw if form.cleaned_data["how"] == "withdraw" else actions.revoke
            try:
                act(certificate=found, reason=form.cleaned_data["reason"], by=signed_in(request), at=timezone.now())
            except Refused as refused:
                refusal, status = str(refused), 409
            else:
                messages.success(request, _("Certificate %(number)s is no longer valid.") % {"number": found.number})
                return redirect("certificates_admin:certificate", code=code)
    context = {
        **frame(
            _("End certificate %(number)s") % {"number": found.number},
            "warning",
            (reverse("certificates_admin:certificates"), _("Certificates issued")),
        ),
        "form": form,
        "found": queries.finding(found, local_date(timezone.now())),
        "certificate": found,
        "refusal": refusal,
    }
    return render(request, "certificates/admin/end.html", context, status=status)


# --- Register ------------------------------------------------------------------------------------


def register_lines(request: HttpRequest) -> HttpResponse:
    """The register line by line, newest first; `?check` walks its chain."""
    books = list(RegisterBook.objects.exclude(code=register.DECISIONS).order_by("code"))
    chosen = next((book for book in books if book.code == request.GET.get("book")), books[0] if books else None)
    rows = RegisterLine.objects.filter(book=chosen).select_related("certificate").order_by("-sequence")
    page = page_of(rows, PER_PAGE, request)
    checked = "check" in request.GET
    context = {
        **frame(_("Register"), "list-ul"),
        "books": books,
        "chosen": chosen,
        "page": page,
        "query": rest_of(request, "check"),
        "checked": checked,
        "faults": list(register.faults()) if checked else [],
    }
    return render(request, "certificates/admin/register.html", context)
