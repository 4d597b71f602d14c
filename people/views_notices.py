"""What people are told and choose to be told; texts, log and dead addresses for staff; the mail server's hook."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, gettext_lazy, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people import actions, channels, hooks, notices as texts, queries
from people.back_office import frame
from people.forms import NoticeChoicesForm, NoticeFilterForm, NoticeTextForm
from people.models import Notice, NoticeChoice, NoticeText, RefusedAddress, User
from people.notices import wording
from people.visitors import signed_in
from people.wordings import Wordings, own_texts

PAGE = 50
HOOK_BYTES = 256 * 1024

# The first word of a notice's `error`, in words.
ERRORS: Mapping[str, Any] = {
    "interrupted": gettext_lazy("the worker stopped while sending: it may have arrived"),
    "unsure": gettext_lazy("the server fell silent: it may have arrived"),
    "later": gettext_lazy("not taken yet"),
    "refused": gettext_lazy("the address takes nothing"),
    "rejected": gettext_lazy("not taken by the channel"),
    "off": gettext_lazy("the channel was switched off"),
    "late": gettext_lazy("too late to be of use"),
    "closed": gettext_lazy("the account was closed"),
    "erased": gettext_lazy("the data were erased"),
    "unknown": gettext_lazy("a kind that is no longer there"),
}


# --- The person's own -------------------------------------------------------------------


@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    person = signed_in(request)
    page = page_of(Notice.objects.for_reading(person), 20, request)
    told = Wordings()
    rows = [
        {"notice": notice, "text": told(notice.kind, notice.facts)} for notice in page if notice.kind in texts.TEXTS
    ]
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
def notice_choices(request: HttpRequest) -> HttpResponse:
    """What the person gets, by kind and channel."""
    person = signed_in(request)
    on = channels.switched_on()
    chosen = {(row.group, row.channel): row.wanted for row in NoticeChoice.objects.filter(person=person)}
    form = NoticeChoicesForm(request.POST or None, channels=on.values(), chosen=chosen)
    # An empty POST is a form too: nothing is ticked.
    if request.method == "POST":
        form = NoticeChoicesForm(request.POST, channels=on.values(), chosen=chosen)
        if form.is_valid():
            actions.choose_notices(person=person, wishes=form.wishes, by=person, at=timezone.now())
            messages.success(request, _("Saved."))
            return redirect("people:notice_choices")
    unreached = [
        Notice.Channel(channel.name).label
        for channel in on.values()
        if channel.name != Notice.Channel.SCREEN and not channel.address(person)
    ]
    context = {"form": form, "channels": [Notice.Channel(name).label for name in on], "unreached": unreached}
    return render(request, "people/notices_choices.html", context)


@csrf_exempt
@never_cache
def stop_letters(request: HttpRequest, token: str) -> HttpResponse:
    """End mails of one group by the link in a letter; without signing in, and never by GET.

    No token of a form: the mail program itself sends the POST (RFC 8058). The link
    can do no more than this one thing.
    """
    found = actions.whose_letters(token)
    if found is None:
        raise Http404
    _person, group = found
    if request.method == "POST":
        actions.stop_letters(token=token, at=timezone.now())
    context = {"group": texts.GROUP_NAMES[group], "hint": texts.GROUP_HINTS[group], "done": request.method == "POST"}
    return render(request, "people/notices_stop.html", context)


# --- The log ---------------------------------------------------------------------------


def _show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page inside Wagtail's frame."""
    way = [(reverse("people_admin:notice_texts"), _("Texts of notices"))] if template == "text" else []
    return render(
        request, f"people/notices_admin_{template}.html", {**frame(title, "mail", *way), **context}, status=status
    )


@never_cache
def log(request: HttpRequest) -> HttpResponse:
    """What people were told, through which channel, and what failed."""
    form = NoticeFilterForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(_logged(signed_in(request), filters), PAGE, request)
    told = Wordings()
    rows = [
        {
            "notice": notice,
            "kind": texts.kind_name(notice.kind),
            "subject": told(notice.kind, notice.facts).subject if notice.kind in texts.TEXTS else "",
            "error": ERRORS.get(notice.error.partition(":")[0], notice.error),
            "detail": notice.error.partition(": ")[2],
            "may_resend": notice.state == Notice.State.FAILED,
        }
        for notice in page
    ]
    return _show(request, "log", _("Notices"), form=form, page=page, rows=rows, query=rest_of(request))


def _logged(viewer: User, filters: Mapping[str, str]) -> QuerySet[Notice]:
    rows = Notice.objects.select_related("person").order_by("-created_at", "-pk")
    if q := filters.get("q"):
        rows = rows.filter(person__in=queries.people(viewer, q=q).values("pk"))
    for name in ("kind", "channel", "state"):
        if value := filters.get(name):
            rows = rows.filter(**{name: value})
    return rows


def notice_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed one again."""
    notice = get_object_or_404(Notice, pk=pk)
    try:
        actions.resend_notice(notice=notice, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is being sent again."))
    query = request.POST.get("query", "")
    return redirect(reverse("people_admin:notices") + (f"?{query}" if query else ""))


# --- Dead addresses -----------------------------------------------------------------------


@never_cache
def refused(request: HttpRequest) -> HttpResponse:
    """Addresses that take nothing, with the people who have them."""
    page = page_of(RefusedAddress.objects.standing().order_by("-refused_at", "-pk"), PAGE, request)
    emails = [row.address for row in page]
    owners: dict[str, list[User]] = {}
    for person in User.objects.visible_to(signed_in(request)).filter(email__in=emails):
        owners.setdefault(person.email, []).append(person)
    rows = [{"refused": row, "people": owners.get(row.address, [])} for row in page]
    return _show(request, "refused", _("Refused addresses"), page=page, rows=rows, query="")


def refused_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let letters go there again."""
    row = get_object_or_404(RefusedAddress, pk=pk)
    actions.lift_refusal(refused=row, by=signed_in(request), at=timezone.now())
    messages.success(request, _("Letters go to %(address)s again.") % {"address": row.address})
    return redirect("people_admin:refused")


# --- Texts ----------------------------------------------------------------------------------


@never_cache
def notice_texts(request: HttpRequest) -> HttpResponse:
    """Every kind of notice with its words, and which of them are the province's own."""
    own = own_texts()
    groups = []
    for group, name in texts.GROUP_NAMES.items():
        kinds = [
            {
                "kind": kind,
                "name": texts.kind_name(kind),
                "subject": (own.get((kind, "vi")) or texts.built_in(kind, "vi")).subject,
                "languages": [(code, label, (kind, code) in own) for code, label in settings.LANGUAGES],
            }
            for kind in texts.TEXTS
            if texts.group_of(kind) == group
        ]
        groups.append({"name": name, "kinds": kinds})
    return _show(request, "texts", _("Texts of notices"), groups=groups)


@never_cache
def notice_text(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The words of one kind in one language: changed, looked at, stored."""
    _known(kind, language)
    own = own_texts().get((kind, language))
    present = own or texts.built_in(kind, language)
    form = NoticeTextForm(request.POST or None, kind=kind, initial=present._asdict())
    status, shown = 200, present
    if request.method == "POST":
        status = 422
        if form.is_valid():
            shown = form.words
            if not _faults(form, kind):
                status = 200
                if "preview" not in request.POST:
                    return _store(request, form, kind, language)
    with override(language):
        preview = wording(kind, texts.samples(kind), {(kind, language): shown})
    return _show(
        request, "text", texts.kind_name(kind), status,
        form=form, kind=kind, language=language, language_name=dict(settings.LANGUAGES)[language],
        own=own, built_in=texts.built_in(kind, language), preview=preview,
        places=[(name, texts.label_of(name)) for name in texts.placeholders(kind)],
        changed=NoticeText.objects.filter(kind=kind, language=language).select_related("changed_by").first(),
    )  # fmt: skip


def _faults(form: NoticeTextForm, kind: str) -> bool:
    """Whether placeholders are wrong; said at the form before anything is previewed."""
    try:
        actions.check_notice_text(kind=kind, words=form.words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return True
    return False


def _store(request: HttpRequest, form: NoticeTextForm, kind: str, language: str) -> HttpResponse:
    actions.set_notice_text(kind=kind, language=language, words=form.words, by=signed_in(request), at=timezone.now())
    messages.success(request, _("Saved. It holds from the next letter on."))
    return redirect("people_admin:notice_texts")


def notice_text_reset(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """Back to the built-in text."""
    _known(kind, language)
    actions.reset_notice_text(kind=kind, language=language)
    messages.success(request, _("The built-in text stands again."))
    return redirect("people_admin:notice_text", kind=kind, language=language)


def _known(kind: str, language: str) -> None:
    if kind not in texts.TEXTS or language not in dict(settings.LANGUAGES):
        raise Http404


# --- The mail server's hook --------------------------------------------------------------------


@csrf_exempt
@never_cache
def mail_hook(request: HttpRequest) -> HttpResponse:
    """Reports about dead addresses, signed by the key of MAIL_HOOK_KEY_FILE. 404 without one.

    200 with the number that counted; 400 for what is no report, 401 for a
    signature that is not ours, is too old or was used before.
    """
    key, now = settings.MAIL_HOOK_KEY, timezone.now()
    if not key:
        raise Http404
    if len(request.body) > HOOK_BYTES:
        return JsonResponse({"error": "too long"}, status=413)
    stamp, signature = request.headers.get("X-NSCL-Timestamp", ""), request.headers.get("X-NSCL-Signature", "")
    seen_at = hooks.dated(stamp, now)
    if seen_at is None or not hooks.is_signed(key, stamp, request.body, signature):
        return JsonResponse({"error": "not signed"}, status=401)
    # Twice the time for which the stamp holds: a report caught on its way is not taken again.
    if not cache.add(f"mail-hook:{signature}", 1, int(2 * hooks.HOLDS.total_seconds())):
        return JsonResponse({"error": "seen before"}, status=401)
    try:
        reports = hooks.read(request.body)
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=400)
    counted = sum(
        actions.report_refusal(
            channel=Notice.Channel.MAIL, address=report.address, reason=report.reason, seen_at=seen_at, at=now
        )
        for report in reports
    )
    return JsonResponse({"counted": counted})
