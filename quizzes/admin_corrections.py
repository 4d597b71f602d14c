"""Corrections of questions after an exam, inside Wagtail's admin: propose, look at what would change, apply."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from lms.lib.access import Role
from lms.lib.paging import page_of, rest_of
from lms.lib.states import Refused
from people.back_office import frame
from people.models import User
from people.visitors import signed_in
from quizzes.actions import corrections as corrections_actions
from quizzes.actions.keys import see_key
from quizzes.issued_papers import papers_of
from quizzes.models import Appeal, Correction, Exam, QuestionVersion
from quizzes.queries import corrections as compared
from quizzes.queries.banks import sample_stem
from quizzes.queries.corrections import Line
from quizzes.types import TYPES, Json, say

PER_PAGE = 50
CHOOSABLE = ("single", "multiple", "truefalse")
"""Types whose key is entered by choosing options; of others it comes from a newer version of the question."""


class CorrectionForm(forms.Form):
    """What is done about one version, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is done"), choices=Correction.Kind.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Takers whose result changes read this. Do not write which answer is right."),
    )

    def __init__(self, *args: Any, version: QuestionVersion, language: str, **kwargs: Any) -> None:
        """Offer options to choose, or newer versions to take the key from, as the type allows."""
        super().__init__(*args, **kwargs)
        self.version = version
        if version.type in CHOOSABLE:
            self.fields["right"] = forms.MultipleChoiceField(
                label=_("Right from now on (only for another key)"),
                choices=_options(version, language),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        elif newer := _newer(version):
            self.fields["source"] = forms.ChoiceField(
                label=_("Take the key of version (only for another key)"),
                choices=[("", "—"), *((str(one.pk), str(one.number)) for one in newer)],
                required=False,
            )

    def key(self, *, by: User, at: datetime) -> Json | None:
        """The new key, if one is needed and was given. Taken from another version it is a look at that
        version's key: logged, and Refused without the permission.
        """
        if self.cleaned_data["kind"] != Correction.Kind.KEY:
            return None
        if chosen := self.cleaned_data.get("right"):
            return corrections_actions.key_of(self.version, list(chosen))
        if source := self.cleaned_data.get("source"):
            version = QuestionVersion.objects.select_related("question__bank").get(pk=source)
            found: Json = see_key(version=version, by=by, at=at).key
            return found
        return None


def _options(version: QuestionVersion, language: str) -> list[tuple[str, str]]:
    if version.type == "truefalse":
        return [("true", _("True")), ("false", _("False"))]
    return [(option["id"], say(option, language)) for option in version.content["options"]]


def _newer(version: QuestionVersion) -> list[QuestionVersion]:
    """Later versions of the same type: their keys are the ones that were mended."""
    return list(version.question.versions.filter(type=version.type, number__gt=version.number).order_by("number"))


@never_cache
def corrections(request: HttpRequest) -> HttpResponse:
    """All corrections, and the exams whose questions can be corrected."""
    page = page_of(compared.corrections(), PER_PAGE, request)
    exams = Exam.objects.filter(sittings__attempts__grades__isnull=False).distinct()
    context = {
        **frame(_("Corrections after exams"), "warning"),
        "page": page,
        "query": rest_of(request),
        "exams": exams if _examines(request) else [],
    }
    return render(request, "quizzes/admin/corrections.html", context)


def _examines(request: HttpRequest) -> bool:
    return signed_in(request).has_role(Role.EXAMINER)


@never_cache
def correction_exam(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The questions of an exam that somebody has sat. No key is read."""
    exam = get_object_or_404(Exam, pk=exam_id)
    language = (get_language() or "vi")[:2]
    page = page_of(compared.examined_versions(exam), PER_PAGE, request)
    context = {
        **frame(exam.title, "warning", _list_link()),
        "exam": exam,
        "page": page,
        "query": rest_of(request),
        "rows": [{"version": one, "stem": sample_stem(one, language)} for one in page],
    }
    return render(request, "quizzes/admin/correction_exam.html", context)


def _list_link() -> tuple[str, str]:
    return reverse("quizzes_admin:corrections"), _("Corrections after exams")


@never_cache
def correction_new(request: HttpRequest, exam_id: int, version_id: int) -> HttpResponse:
    """Propose a correction of one question."""
    exam = get_object_or_404(Exam, pk=exam_id)
    version = get_object_or_404(compared.examined_versions(exam), pk=version_id)
    language = (get_language() or "vi")[:2]
    form = CorrectionForm(request.POST or None, version=version, language=language)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                at = timezone.now()
                made = corrections_actions.propose_correction(
                    exam=exam,
                    version=version,
                    kind=form.cleaned_data["kind"],
                    reason=form.cleaned_data["reason"],
                    key=form.key(by=signed_in(request), at=at),
                    by=signed_in(request),
                    at=at,
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("quizzes_admin:correction", pk=made.pk)
    context = {
        **frame(version.question.code, "warning", _list_link(), _exam_link(exam)),
        "exam": exam,
        "version": version,
        "type": TYPES[version.type].label,
        "stem": sample_stem(version, language),
        "form": form,
    }
    return render(request, "quizzes/admin/correction_new.html", context, status=status)


def _exam_link(exam: Exam) -> tuple[str, str]:
    return reverse("quizzes_admin:correction_exam", args=[exam.pk]), exam.title


@never_cache
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Every attempt that is touched, old and new side by side; apply, or put aside."""
    found = get_object_or_404(compared.corrections(), pk=pk)
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "apply":
                corrections_actions.apply_correction(
                    correction=found, by=signed_in(request), at=timezone.now(), seen=request.POST.get("seen", "")
                )
                messages.success(request, _("The correction applies. Attempts are graded again in the background."))
            else:
                corrections_actions.drop_correction(correction=found, by=signed_in(request), at=timezone.now())
                messages.success(request, _("The correction was put aside; nothing was changed."))
            return redirect(request.path)
        except Refused as refusal:
            messages.error(request, str(refusal))
            status = 409
            found = get_object_or_404(compared.corrections(), pk=pk)
    return render(request, "quizzes/admin/correction.html", _compared(request, found), status=status)


def _compared(request: HttpRequest, found: Correction) -> dict[str, Any]:
    applied = found.state == Correction.State.APPLIED
    lines = compared.done(found) if applied else compared.preview(found)
    language = (get_language() or "vi")[:2]
    person = signed_in(request)
    page = page_of(lines, PER_PAGE, request)
    # Certification has to know whose certificate to look at; examiners stay blind.
    names = person.has_role(Role.OFFICER, Role.ADMINISTRATOR, Role.INSPECTOR)
    return {
        **frame(str(found.version), "warning", _list_link(), _exam_link(found.exam)),
        "correction": found,
        "stem": sample_stem(found.version, language),
        "applied": applied,
        "proposed": found.state == Correction.State.PROPOSED,
        "counts": {
            "all": len(lines),
            "changed": sum(line.changed for line in lines),
            "gained": sum(line.gained for line in lines),
            "lost": sum(line.lost for line in lines),
            "without": 0 if applied else compared.without_result(found),
        },
        "seen": compared.digest(lines),
        "page": page,
        "rows": _rows(list(page), person if names else None),
        "query": rest_of(request),
        "names": names,
        "may_decide": _examines(request),
        "may_end": person.has_role(Role.OFFICER),
        "promised": found.appeals.filter(state=Appeal.State.UPHELD).count(),
        "history": found.events.select_related("by"),
    }


def _rows(lines: list[Line], reader: User | None) -> list[dict[str, Any]]:
    """The lines, for a `reader` who may know names each with what its taker holds where the verdict changes."""
    if reader is None:
        return [{"line": line} for line in lines]
    turned = [line for line in lines if line.lost or line.gained]
    held = papers_of([line.attempt for line in turned], reader)
    passing = compared.still_pass(turned)
    return [
        {"line": line, "papers": held.get(line.attempt.pk, []), "passes": line.attempt.pk in passing} for line in lines
    ]
