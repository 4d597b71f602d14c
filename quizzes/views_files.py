"""Files of an attempt's answers: handing one in, and getting one's own back."""

from datetime import datetime

from django import forms as django_forms
from django.contrib import messages
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from lms.lib.uploads import BadUpload
from people.visitors import signed_in
from quizzes import forms
from quizzes.actions.files import hand_in_file
from quizzes.models import Attempt, AttemptItem


class FileForm(django_forms.Form):
    """The file of one answer."""

    file = django_forms.FileField(
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty. Choose it again."),
        }
    )


@never_cache
def answer_file(request: HttpRequest, code: str, position: int) -> HttpResponseBase:
    """One's own file; by POST another one. Always saved, never shown in place."""
    at = timezone.now()
    own = get_object_or_404(Attempt.objects.visible_to(signed_in(request)), code=code)
    item = get_object_or_404(own.items.select_related("version"), position=position, version__type="file")
    if request.method == "POST":
        return _taken(request, own, item, at)
    last = item.answers.order_by("-revision").first()
    if last is None or last.response is None:
        raise Http404
    facts = last.response["file"]
    return FileResponse(storages["private"].open(facts["path"]), as_attachment=True, filename=facts["name"])


def _taken(request: HttpRequest, own: Attempt, item: AttemptItem, at: datetime) -> HttpResponse:
    """To a script 200 or the reason in JSON; else back to the question."""
    form, problem, status = FileForm(request.POST, request.FILES), "", 422
    if form.is_valid():
        try:
            hand_in_file(
                attempt=own,
                position=item.position,
                upload=form.cleaned_data["file"],
                key=forms.key(request.POST.get("key")),
                by=signed_in(request),
                at=at,
            )
        except (BadUpload, Refused) as refusal:
            problem = str(refusal)
            status = 410 if getattr(refusal, "code", "") in ("late", "handed_in", "void") else 422
    else:
        problem = str(next(iter(form.errors["file"])))
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"message": problem}, status=status if problem else 200)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("The file is handed in."))
    return redirect(f"{reverse('quizzes:attempt', args=[own.code])}?q={item.position}")
