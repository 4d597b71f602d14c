"""A person's own account: profile, consents, notices, first use of a slip; the demo's mail."""

from typing import Any

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lms.lib.codes import in_fours
from lms.lib.paging import page_of
from lms.lib.states import Refused
from people import actions, mailfolder
from people.forms import ChooseSecretForm, ConsentForm, ProfileForm
from people.models import Consent, Notice, Province, User
from people.notices import wording
from people.visitors import signed_in


def account(request: HttpRequest) -> HttpResponse:
    """`/account/` leads to the profile."""
    return redirect("people:profile")


@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """The person's own facts and consents."""
    person = signed_in(request)
    at = timezone.now()
    province = Province.objects.filter(code=settings.PROVINCE).first()
    form = ProfileForm(request.POST or None, person=person, on=timezone.localdate(at), province=province)
    if request.method == "POST" and form.is_valid():
        numbers = person.login_phone
        actions.update_profile(person=person, by=person, at=at, **form.cleaned_data)
        messages.success(request, _("Saved."))
        if person.login_phone != numbers:
            messages.info(request, _sign_in_hint(person))
        return redirect("people:profile")
    context = {
        # Read anew: a refused form must not change the name in the header.
        "form": form,
        "person": person,
        "consents": _consents(person),
        "contact": province.profile.get("contact", {}) if province else {},
    }
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


def _sign_in_hint(person: User) -> str:
    code = in_fours(person.login_code or "")
    if person.login_phone:
        return _("From now on this phone number signs you in, as does the code %(code)s.") % {"code": code}
    return _("No phone number signs you in any more; use the code %(code)s.") % {"code": code}


def _consents(person: User) -> list[dict[str, Any]]:
    """Every purpose with the consent in force, if there is one."""
    in_force = {consent.purpose: consent for consent in person.consents.filter(withdrawn_at=None)}
    return [
        {
            "purpose": purpose.value,
            "label": purpose.label,
            "given": in_force.get(purpose),
            "fixed": purpose == Consent.Purpose.TERMS,
        }
        for purpose in Consent.Purpose
    ]


def consents(request: HttpRequest) -> HttpResponse:
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
    return redirect("people:profile")


@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    page = page_of(Notice.objects.for_reading(signed_in(request)), 20, request)
    rows = [{"notice": notice, "text": wording(notice.kind, notice.facts)} for notice in page]
    return render(request, "people/notices.html", {"page": page, "rows": rows})


def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it points."""
    notice = get_object_or_404(Notice.objects.for_reading(signed_in(request)), pk=pk)
    actions.read_notice(notice=notice, at=timezone.now())
    target = notice.facts.get("url", "")
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect("people:notices")
    return redirect(target)


@never_cache
@sensitive_post_parameters("secret", "again", "birth_date")
def choose_secret(request: HttpRequest) -> HttpResponse:
    """The first use of a slip: birth date and an own PIN before anything else."""
    person = signed_in(request)
    if not person.must_choose_secret:
        return redirect("learn")
    terms = Consent.objects.filter(person=person, purpose=Consent.Purpose.TERMS, withdrawn_at=None)
    form = ChooseSecretForm(request.POST or None, person=person, asks_terms=not terms.exists())
    if request.method == "POST":
        if not consume(request, action="choose_secret", user=person):
            return render(request, "429.html", status=429)
        if form.is_valid() and _chosen(form, person):
            update_session_auth_hash(request, person)
            messages.success(request, _("The PIN is yours now. Next time sign in with it."))
            return redirect("learn")
    context = {"form": form, "person": person, "code": in_fours(person.login_code or "")}
    return render(request, "people/choose_secret.html", context, status=422 if form.errors else 200)


def _chosen(form: ChooseSecretForm, person: User) -> bool:
    """Whether the secret was taken; what is wrong with it stands at its field."""
    try:
        with transaction.atomic():
            now = timezone.now()
            actions.choose_secret(person=person, secret=form.cleaned_data["secret"], by=person, at=now)
            if "terms" in form.fields:
                actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=now)
    except ValidationError as error:
        form.add_error("secret", error)
        return False
    return True


@never_cache
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Mails that the demo would have sent, newest first. Has an address in the demo alone."""
    return render(request, "people/demo_mail.html", {"mails": mailfolder.kept_mails(settings.MAIL_FOLDER)})


@never_cache
def demo_mail_message(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, with links that can be followed."""
    found = [mail for mail in mailfolder.kept_mails(settings.MAIL_FOLDER) if mail.name == name]
    if not found:
        raise Http404
    return render(request, "people/demo_mail_message.html", {"mail": found[0]})
