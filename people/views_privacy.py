"""A person's own data: consents, the copy to take away, erasure, the identity number."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from lms.lib.states import Refused
from people import actions, consents, identity
from people.forms import AgreeForm, ConsentForm, ErasureForm, IdentityForm
from people.middleware import TERMS_KEY
from people.models import Consent, DataRequest, Province, User
from people.visitors import signed_in

# --- Consents ------------------------------------------------------------------------


@never_cache
def data(request: HttpRequest, form: ErasureForm | None = None) -> HttpResponse:
    """Consents, copies and erasure on one page."""
    person = signed_in(request)
    asked = list(DataRequest.objects.filter(person=person).select_related("job").order_by("-asked_at", "-pk")[:10])
    waiting = {item.kind: item for item in asked if item.state == DataRequest.State.ASKED}
    context = {
        "person": person,
        "consents": _consents(person),
        "copies": [item for item in asked if item.kind == DataRequest.Kind.COPY],
        "copy_waits": DataRequest.Kind.COPY in waiting,
        "erasures": [item for item in asked if item.kind == DataRequest.Kind.ERASURE],
        "erasure_waits": DataRequest.Kind.ERASURE in waiting,
        "form": form or ErasureForm(),
        "days": settings.DATA_COPY_KEPT_DAYS,
        "answer_days": settings.DATA_ANSWER_WORKING_DAYS,
        "erasure_days": settings.DATA_ERASURE_DAYS,
        "contact": _contact(),
        "now": timezone.now(),
    }
    return render(request, "people/data.html", context, status=422 if form and form.errors else 200)


def _contact() -> dict[str, Any]:
    province = Province.objects.filter(code=settings.PROVINCE).first()
    contact: dict[str, Any] = province.profile.get("contact", {}) if province else {}
    return contact


def _consents(person: User) -> list[dict[str, Any]]:
    """Every purpose with the consent in force, if there is one, and every yes there ever was."""
    given: dict[str, list[Consent]] = {}
    for consent in person.consents.order_by("-given_at", "-pk"):
        given.setdefault(consent.purpose, []).append(consent)
    return [
        {
            "purpose": purpose.value,
            "label": purpose.label,
            "given": next((one for one in given.get(purpose, []) if one.withdrawn_at is None), None),
            "past": [one for one in given.get(purpose, []) if one.withdrawn_at is not None],
            "fixed": purpose in consents.REQUIRED,
            "version": consents.current(purpose),
        }
        for purpose in Consent.Purpose
    ]


def consent(request: HttpRequest) -> HttpResponse:
    """Give one consent or take it back."""
    person = signed_in(request)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        raise Http404
    change = actions.consent if form.cleaned_data["give"] else actions.withdraw_consent
    try:
        change(person=person, purpose=form.cleaned_data["purpose"], by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("people:data")


def consent_now(request: HttpRequest, purpose: str) -> HttpResponse:
    """Leads to the text of a purpose that is in force now."""
    if purpose not in consents.VERSIONS:
        raise Http404
    return redirect("people:consent_text", purpose=purpose, version=consents.current(purpose))


def consent_text(request: HttpRequest, purpose: str, version: str) -> HttpResponse:
    """What one agrees or agreed to, as it stood in that version."""
    try:
        template = consents.template(purpose, version, (get_language() or "vi")[:2])
    except LookupError as error:
        raise Http404 from error
    context = {
        "text": template,
        "label": Consent.Purpose(purpose).label,
        "version": version,
        "newest": version == consents.current(purpose),
        "contact": _contact(),
    }
    return render(request, "people/consent_text.html", context)


@never_cache
def agree(request: HttpRequest) -> HttpResponse:
    """Asked after signing in, when the required text is new to the person: to be agreed to before anything else."""
    person = signed_in(request)
    form = AgreeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=timezone.now())
        request.session.pop(TERMS_KEY, None)
        messages.success(request, _("Thank you. You can read the text and take this back under “My data”."))
        return redirect("wagtailadmin_home" if person.is_staff else "learn")
    language = (get_language() or "vi")[:2]
    version = consents.current(Consent.Purpose.TERMS)
    before = person.consents.filter(purpose=Consent.Purpose.TERMS).exclude(text_version=version).exists()
    context = {
        "form": form,
        "text": consents.template(Consent.Purpose.TERMS, version, language),
        "version": version,
        "before": before,
        "contact": _contact(),
    }
    return render(request, "people/agree.html", context, status=422 if form.errors else 200)


# --- Copy and erasure --------------------------------------------------------------------


def ask_copy(request: HttpRequest) -> HttpResponse:
    """Have a copy of all one's data made."""
    person = signed_in(request)
    try:
        actions.ask_copy(person=person, by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The copy is being made. You are told here and by e-mail when it is ready."))
    return redirect("people:data")


@never_cache
def copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download one's own copy; nobody else's, whatever the role."""
    own = DataRequest.objects.filter(person=signed_in(request), kind=DataRequest.Kind.COPY)
    found = get_object_or_404(own.filter(state=DataRequest.State.DONE, kept_until__gt=timezone.now()), pk=pk)
    storage = storages["private"]
    if not found.path or not storage.exists(found.path):
        raise Http404
    name = f"nscl-{timezone.localdate(found.asked_at):%Y-%m-%d}.zip"
    return FileResponse(storage.open(found.path), as_attachment=True, filename=name, content_type="application/zip")


def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Ask for one's data to be erased."""
    person = signed_in(request)
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return data(request, form)
    try:
        asked = actions.ask_erasure(person=person, reason=form.cleaned_data["reason"], by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Your request is recorded. You have an answer by %(answer)s; it is done by %(done)s.")
            % {"answer": f"{asked.answer_due_on:%d/%m/%Y}", "done": f"{asked.due_on:%d/%m/%Y}"},
        )
    return redirect("people:data")


def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Not wanted any more."""
    person = signed_in(request)
    found = get_object_or_404(DataRequest.objects.filter(person=person, kind=DataRequest.Kind.ERASURE), pk=pk)
    try:
        actions.take_back_request(request=found, by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is taken back."))
    return redirect("people:data")


# --- The identity number ---------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("number")
@sensitive_variables("form")
def identity_number(request: HttpRequest) -> HttpResponse:
    """Store, change or remove one's own identity number. What is kept is shown by its last four digits."""
    person = signed_in(request)
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        doubts = actions.set_identity(
            person=person, number=form.cleaned_data["number"], by=person, at=timezone.now()
        )  # fmt: skip
        messages.success(request, _("Saved."))
        for doubt in doubts:
            messages.warning(request, str(identity.DOUBTS[doubt]))
        return redirect("people:identity")
    return _identity_page(request, person, form, status=422 if form.errors else 200)


@sensitive_variables("number", "more")
def identity_show(request: HttpRequest) -> HttpResponse:
    """The whole number, for its owner alone, in this one answer."""
    person = signed_in(request)
    try:
        number = actions.see_identity(person=person, by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:identity")
    return _identity_page(request, person, IdentityForm(), number=number)


@sensitive_variables("form", "more")
def _identity_page(
    request: HttpRequest, person: User, form: IdentityForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"form": form, "masked": identity.masked(person.identity_last), **more}
    response = render(request, "people/identity.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
