"""A person's own account: profile, notices, first use of a slip; the demo's mail."""

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lms.lib.codes import in_fours
from people import actions, identity, mailfolder, queries
from people.forms import ChooseSecretForm, ProfileForm
from people.middleware import TERMS_KEY
from people.models import Consent, Province, User
from people.visitors import signed_in


def account(request: HttpRequest) -> HttpResponse:
    """`/account/` leads to the profile."""
    return redirect("people:profile")


@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """The person's own facts."""
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
        "identity": identity.masked(person.identity_last),
    }
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


def _sign_in_hint(person: User) -> str:
    code = in_fours(person.login_code or "")
    if person.login_phone:
        return _("From now on this phone number signs you in, as does the code %(code)s.") % {"code": code}
    return _("No phone number signs you in any more; use the code %(code)s.") % {"code": code}


@never_cache
@sensitive_post_parameters("secret", "again", "birth_date")
def choose_secret(request: HttpRequest) -> HttpResponse:
    """The first use of a slip: birth date and an own PIN before anything else."""
    person = signed_in(request)
    if not person.must_choose_secret:
        return redirect("learn")
    form = ChooseSecretForm(request.POST or None, person=person, asks_terms=queries.outdated_consent(person))
    if request.method == "POST":
        if not consume(request, action="choose_secret", user=person):
            return render(request, "429.html", status=429)
        if form.is_valid() and _chosen(form, person):
            update_session_auth_hash(request, person)
            request.session.pop(TERMS_KEY, None)
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
