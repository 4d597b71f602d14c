"""The page of an enterprise: its people, their classes and certificates, files of them. For its contacts."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _, override
from django.views.decorators.cache import never_cache

from certificates import actions, enterprise as enterprises, personal_file, progress, sheets, training_file
from certificates.actions.bundle import KIND
from certificates.enterprise_forms import BoardForm, ClassesForm, PapersForm
from lms.lib.paging import page_of, rest_of
from lms.lib.periods import local_date
from lms.lib.spreadsheets import XLSX
from lms.lib.states import Refused
from people import actions as people
from people.models import Enterprise, Job, Membership
from people.visitors import signed_in

PAGE = 50
TABS = {
    "classes": "classes",
    "nominate": "classes",
    "nominated": "classes",
    "certificates": "papers",
    "requests": "requests",
    "needs": "needs",
}
"""Under which tab a page stands, where it isn't the people's."""


def mine(request: HttpRequest, pk: int) -> Enterprise:
    """An enterprise for which the visitor speaks, also under the address of one merged into it.

    Anybody else's is a 404 like a missing one.
    """
    return get_object_or_404(enterprises.own(signed_in(request)).filter(Q(pk=pk) | Q(merged=pk)).distinct())


def show(
    request: HttpRequest, template: str, enterprise: Enterprise, status: int = 200, **context: Any
) -> HttpResponse:
    """A page below the enterprise's head."""
    context = {"enterprise": enterprise, "tab": TABS.get(template, "people"), **context}
    return render(request, f"certificates/enterprise_{template}.html", context, status=status)


@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """To the enterprise; whoever speaks for several chooses."""
    found = list(enterprises.own(signed_in(request)))
    if len(found) == 1:
        return redirect("certificates:enterprise_people", pk=found[0].pk)
    return render(request, "certificates/enterprise_choose.html", {"found": found})


# --- People ----------------------------------------------------------------------------------


@never_cache
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """People × subjects that their jobs need; whom to send where."""
    enterprise = mine(request, pk)
    found = enterprises.board(enterprise, timezone.now())
    form = BoardForm(request.GET or None, jobs=found.jobs)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(found.narrowed(**filters), PAGE, request)
    return show(request, "people", enterprise, board=found, form=form, page=page, query=rest_of(request))


@never_cache
def former(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who belonged to the enterprise, with the days."""
    enterprise = mine(request, pk)
    q = request.GET.get("q", "").strip()[:150]
    page = page_of(enterprises.named(enterprises.former(enterprise), q), PAGE, request)
    return show(request, "former", enterprise, page=page, q=q, query=rest_of(request))


def file_of(request: HttpRequest, pk: int, person: int) -> personal_file.File:
    """What the enterprise sees of one of its people; 404 for anybody else."""
    found = personal_file.file_of(mine(request, pk), person, timezone.now())
    if found is None:
        raise Http404
    return found


@never_cache
def person(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Everything about one person that the enterprise sees."""
    file = file_of(request, pk, person)
    own = file.person.pk == signed_in(request).pk
    return show(request, "person", file.enterprise, file=file, own=own)


@never_cache
def person_pdf(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """The person's training file, as paper for an auditor."""
    now = timezone.now()
    with override("vi"):  # an official paper
        file = file_of(request, pk, person)
        made = training_file.pdf(file, now)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="ho-so-dao-tao-{person}-{local_date(now)}.pdf"'
    return answer


def _own_member(request: HttpRequest, pk: int, person: int) -> Membership:
    rows = enterprises.present(mine(request, pk)).select_related("person", "enterprise")
    return get_object_or_404(rows, person=person)


def person_job(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Change what somebody works as in the enterprise."""
    membership = _own_member(request, pk, person)
    now = timezone.now()
    people.join_enterprise(
        person=membership.person,
        enterprise=membership.enterprise,
        since=local_date(now),
        by=signed_in(request),
        at=now,
        job=" ".join(request.POST.get("job", "").split())[:120],
        is_contact=membership.is_contact,
    )
    messages.success(request, _("Saved."))
    return redirect("certificates:enterprise_person", pk=pk, person=person)


def person_left(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Note that somebody works here no longer: from then on nothing new of them is seen."""
    membership = _own_member(request, pk, person)
    viewer, now = signed_in(request), timezone.now()
    if membership.person_id == viewer.pk:
        messages.error(request, _("You cannot end your own membership here. Ask the programme."))
        return redirect("certificates:enterprise_person", pk=pk, person=person)
    try:
        people.leave_enterprise(membership=membership, on=local_date(now), by=viewer, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("certificates:enterprise_person", pk=pk, person=person)
    messages.success(request, _("%(name)s is among former people now.") % {"name": membership.person})
    return redirect("certificates:enterprise_people", pk=pk)


@never_cache
def seen(request: HttpRequest) -> HttpResponse:
    """What one's own enterprises see: the same rows that their contacts read."""
    me, now = signed_in(request), timezone.now()
    ids = list(Membership.objects.filter(person=me).order_by().values_list("enterprise", flat=True).distinct())
    found = [personal_file.file_of(one, me.pk, now) for one in Enterprise.objects.filter(pk__in=ids)]
    files = sorted((one for one in found if one), key=lambda one: (not one.present, one.enterprise.name))
    return render(request, "certificates/enterprise_seen.html", {"files": files})


# --- Classes and certificates ------------------------------------------------------------------


@never_cache
def classes(request: HttpRequest, pk: int) -> HttpResponse:
    """Own people in classes, and places asked for that nobody holds yet."""
    enterprise, now = mine(request, pk), timezone.now()
    form = ClassesForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(enterprises.classes(enterprise, **filters), PAGE, request)
    rows = progress.of(page.object_list, now)
    asking = enterprises.asking(enterprise)
    return show(
        request, "classes", enterprise, form=form, page=page, rows=rows, asking=asking, now=now, query=rest_of(request)
    )


@never_cache
def certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """Certificates of own people, those that end first on top."""
    enterprise, now = mine(request, pk), timezone.now()
    day = local_date(now)
    form = PapersForm(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(enterprises.certificates(enterprise, on=day, **filters), PAGE, request)
    numbers = {
        name: enterprises.certificates(enterprise, show=name, on=day).count() for name in ("valid", "ending", "expired")
    }
    jobs = Job.objects.filter(kind=KIND, asked_by=signed_in(request), arguments__enterprise=enterprise.pk)
    job = jobs.filter(asked_at__gt=now - actions.KEPT).first()
    rows = enterprises.papers(page.object_list, day)
    return show(
        request, "certificates", enterprise,
        form=form, page=page, rows=rows, numbers=numbers, job=job, query=rest_of(request),
    )  # fmt: skip


def zip_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Have all certificates of own people put into one file."""
    actions.ask_bundle(enterprise=mine(request, pk), by=signed_in(request), at=timezone.now())
    return redirect("certificates:enterprise_certificates", pk=pk)


@never_cache
def zip_file(request: HttpRequest, pk: int, job: int) -> HttpResponseBase:
    """That file, for whoever asked for it, while they speak for the enterprise."""
    enterprise, now = mine(request, pk), timezone.now()
    own = Job.objects.filter(kind=KIND, asked_by=signed_in(request), arguments__enterprise=enterprise.pk)
    found = get_object_or_404(own.filter(state=Job.State.DONE, ended_at__gt=now - actions.KEPT), pk=job)
    storage, path = storages["private"], found.arguments["path"]
    if not storage.exists(path):
        raise Http404
    name = f"giay-chung-nhan-{local_date(found.asked_at)}.zip"
    return FileResponse(storage.open(path), as_attachment=True, filename=name, content_type="application/zip")


@never_cache
def xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """People × trainings as a workbook."""
    enterprise, now = mine(request, pk), timezone.now()
    day = local_date(now)
    content = sheets.workbook(
        enterprises.board(enterprise, now),
        progress.of(enterprises.classes(enterprise), now),
        enterprises.papers(enterprises.certificates(enterprise, on=day), day),
    )
    name = f"nhan-su-dao-tao-{day}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
