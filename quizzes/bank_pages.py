"""What the screens of a question bank share: finding what an address names, and the way there."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from people.back_office import frame
from people.visitors import signed_in
from quizzes.models import Bank, Question


def found_bank(request: HttpRequest, code: str) -> Bank:
    """The bank, if the visitor works on it; else 404."""
    banks = Bank.objects.visible_to(signed_in(request)).select_related("course").distinct()
    return get_object_or_404(banks, code=code)


def found_question(request: HttpRequest, code: str, question_code: str) -> Question:
    """The question with its versions, if the visitor works on its bank; else 404."""
    questions = Question.objects.visible_to(signed_in(request)).select_related(
        "bank__course",
        "current__topic",
        "current__lesson",
        "proposed__topic",
        "proposed__lesson",
        "author",
        "reviewer",
    )
    return get_object_or_404(questions.distinct(), bank__code=code, code=question_code)


def bank_frame(title: str, bank: Bank, *way: tuple[str, str]) -> dict[str, Any]:
    """The frame of a page of `bank`."""
    address = reverse("quizzes_admin:bank", args=[bank.code])
    return {
        **frame(title, "help", (reverse("quizzes_admin:banks"), _("Question banks")), (address, bank.code), *way),
        "bank": bank,
    }


def to_question(question: Question) -> tuple[str, str]:
    """The way to a question's page."""
    return reverse("quizzes_admin:question", args=[question.bank.code, question.code]), question.code


def reader_language() -> str:
    """`vi` or `en`."""
    return (get_language() or "vi")[:2]
