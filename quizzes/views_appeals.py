"""A taker's appeal against a result: asked and taken back on the page of the result."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.lib.states import Refused
from people.visitors import signed_in
from quizzes.actions import appeals as appeals_actions
from quizzes.models import Appeal
from quizzes.queries import appeals as appealed
from quizzes.views import own_attempt


@never_cache
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the result to be looked at again, or take that back."""
    own = own_attempt(request, code)
    person, now = signed_in(request), timezone.now()
    try:
        if "withdraw" in request.POST:
            asked = get_object_or_404(appealed.appeals_of(own), state=Appeal.State.OPEN)
            appeals_actions.withdraw_appeal(appeal=asked, by=person, at=now)
            messages.success(request, _("You have taken your appeal back."))
        else:
            appeals_actions.appeal(attempt=own, text=request.POST.get("text", ""), by=person, at=now)
            messages.success(request, _("Your appeal is in. Somebody who did not mark the attempt looks at it."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("quizzes:result", code=own.code)
