"""What a taker sends to start an attempt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.models import Exam

LONGEST = 128


class StartForm(forms.Form):
    """The promise before the start, and what the exam asks for at its door."""

    password = forms.CharField(
        label=_("Password of the exam"),
        max_length=LONGEST,
        error_messages={"required": _("Write the password that the examiner tells you.")},
    )
    ticket = forms.CharField(
        label=_("Code of your ticket"),
        max_length=LONGEST,
        error_messages={"required": _("Write the code on the ticket that the invigilator hands you.")},
    )
    oath = forms.BooleanField(
        label=_("I work on my own, and do not copy or photograph the questions."),
        error_messages={"required": _("Tick the promise to start.")},
    )

    def __init__(self, *args: Any, exam: Exam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not exam.password:
            del self.fields["password"]
        if not exam.needs_ticket:
            del self.fields["ticket"]
