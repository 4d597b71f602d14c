"""Becoming a certified consultant: what a scheme asks for, and one's application."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from certificates import actions, eligibility, queries
from certificates.forms import DraftForm, EvidenceForm
from certificates.models import Application, Evidence, SchemeVersion
from lms.lib.bilingual import of
from lms.lib.periods import local_date
from lms.lib.states import Refused
from lms.lib.uploads import BadUpload
from people.models import Province, User
from people.visitors import signed_in


class Asked(NamedTuple):
    """A kind of evidence that a scheme asks for."""

    name: str
    hint: str
    required: bool


def _version(scheme: str) -> SchemeVersion:
    """The version of a scheme under which one may apply today; 404 without one."""
    today = local_date(timezone.now())
    for version in queries.schemes(today):
        if version.scheme.code == scheme:
            return version
    raise Http404


def _own(request: HttpRequest, code: str) -> Application:
    """The reader's own application; someone else's is no more found than a missing one."""
    own = Application.objects.filter(person__in=User.objects.same_as(signed_in(request))).select_related(
        "version__scheme", "version__edition", "person"
    )
    return get_object_or_404(own, code=code)


def schemes(request: HttpRequest) -> HttpResponse:
    """Schemes that take applications, and one's own applications."""
    own = (
        Application.objects.filter(person__in=User.objects.same_as(signed_in(request))).select_related(
            "version__scheme"
        )
        if request.user.is_authenticated
        else []
    )
    context = {"versions": queries.schemes(local_date(timezone.now())), "applications": own}
    return render(request, "certificates/schemes.html", context)


def scheme(request: HttpRequest, scheme: str) -> HttpResponse:
    """Conditions, process and agreements of a scheme; what the reader already holds of it."""
    version = _version(scheme)
    context: dict[str, Any] = {
        "version": version,
        "texts": {name: of(version.requires.get(name)) for name in ("experience", "education", "alternatives")},
        "asked": [
            Asked(of(item["name"]), of(item.get("hint")), bool(item.get("required"))) for item in version.evidence
        ],
        "agreements": [of(item["text"]) for item in version.agreements],
        "contact": _contact(),
    }
    if request.user.is_authenticated:
        person = signed_in(request)
        live = Application.objects.filter(person=person, version=version, state__in=Application.LIVE).first()
        context["live"] = live
        context["lines"] = queries.eligibility(version, person, live, local_date(timezone.now()))
    return render(request, "certificates/scheme.html", context)


def _contact() -> dict[str, Any]:
    province = Province.objects.filter(code=settings.PROVINCE).first()
    return province.profile.get("contact", {}) if province else {}


def apply(request: HttpRequest, scheme: str) -> HttpResponse:
    """Begin an application, or go on with the live one."""
    person = signed_in(request)
    try:
        begun = actions.apply(person=person, version=_version(scheme), by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:scheme", scheme=scheme)
    return redirect("certificates:application", code=begun.code)


def _ahead(application: Application) -> list[str]:
    """The steps that still lie before an application."""
    check, decision = _("Check by a certification officer"), _("Decision")
    return {
        Application.State.DRAFT.value: [_("Handing in"), check, decision],
        Application.State.RETURNED.value: [_("Handing in again"), check, decision],
        Application.State.SUBMITTED.value: [check, decision],
        Application.State.PROPOSED.value: [decision],
    }.get(application.state, [])


def _context(
    application: Application, agreed: Sequence[str] = (), form: DraftForm | None = None, **more: Any
) -> dict[str, Any]:
    lines = queries.eligibility(application.version, application.person, application, local_date(timezone.now()))
    return {
        "application": application,
        "version": application.version,
        "editable": application.state in (Application.State.DRAFT, Application.State.RETURNED),
        "lines": lines,
        "met": sum(line.met is True for line in lines),
        "lacking": eligibility.missing(lines),
        "evidence": queries.evidence(application),
        "history": application.events.order_by("at", "pk"),
        "decision": getattr(application, "decision", None),
        "form": (form or DraftForm(instance=application)).show_needed(application.version),
        "upload": EvidenceForm(version=application.version),
        # Never ticked beforehand; only what was ticked in the form that comes back.
        "agreements": [
            (item["code"], of(item["text"]), item["code"] in agreed) for item in application.version.agreements
        ],
        "ahead": _ahead(application),
        "may_take_back": application.may_move(Application.State.WITHDRAWN),
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
        **more,
    }


def _page(request: HttpRequest, application: Application, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "certificates/application.html", _context(application, **more), status=status)


@never_cache
def application(request: HttpRequest, code: str) -> HttpResponse:
    """One's application: what is met, what is missing, where it stands. POST keeps the draft."""
    own = _own(request, code)
    if request.method != "POST":
        return _page(request, own)
    form = DraftForm(request.POST, instance=_own(request, code))
    if not form.is_valid():
        return _page(request, own, status=422, form=form)
    try:
        actions.save_draft(application=own, by=signed_in(request), at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        return _page(request, own, status=409, refusal=str(refusal))
    messages.success(request, _("Draft saved."))
    return redirect("certificates:application", code=code)


def evidence_add(request: HttpRequest, code: str) -> HttpResponse:
    """Send one file. A file that is not taken says why and what to do."""
    own = _own(request, code)
    form = EvidenceForm(request.POST, request.FILES, version=own.version)
    if not form.is_valid():
        return _page(request, own, status=422, upload=form)
    try:
        sent = actions.add_evidence(
            application=own,
            kind=form.cleaned_data["kind"],
            upload=form.cleaned_data["file"],
            by=signed_in(request),
            at=timezone.now(),
        )
    except BadUpload as fault:
        form.add_error("file", str(fault))
        return _page(request, own, status=422, upload=form)
    except Refused as refusal:
        return _page(request, own, status=409, refusal=str(refusal))
    messages.success(request, _("“%(name)s” has been sent.") % {"name": sent.name})
    return redirect("certificates:application", code=code)


@never_cache
def evidence(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """A file, for those who may see its application."""
    kept = get_object_or_404(
        Evidence.objects.visible_to(signed_in(request)), application__code=code, pk=pk, removed_at=None
    )
    # Always saved, never shown in place: a sent file runs nothing on this site.
    return FileResponse(kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type=kept.media_type)


def evidence_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a file back."""
    own = _own(request, code)
    kept = get_object_or_404(own.evidence, pk=pk, removed_at=None)
    try:
        actions.remove_evidence(evidence=kept, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, own, status=409, refusal=str(refusal))
    messages.success(request, _("“%(name)s” has been removed.") % {"name": kept.name})
    return redirect("certificates:application", code=code)


def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the application in."""
    own = _own(request, code)
    agreed = request.POST.getlist("agreed")
    try:
        actions.submit(application=own, agreed=agreed, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, own, status=409, refusal=str(refusal), agreed=agreed)
    messages.success(request, _("The application has been handed in. The next step is shown beside it."))
    return redirect("certificates:application", code=code)


@never_cache
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw one's application, after asking."""
    own = _own(request, code)
    if request.method == "POST":
        try:
            actions.take_back(application=own, by=signed_in(request), at=timezone.now())
        except Refused as refusal:
            return _page(request, own, status=409, refusal=str(refusal))
        messages.success(request, _("Application %(code)s has been withdrawn.") % {"code": code})
        return redirect("certificates:schemes")
    return render(request, "certificates/application_take_back.html", {"application": own})
