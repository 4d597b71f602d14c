"""The practice card inside a lesson: fills the port `courses.activities`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from courses.models import Course
from quizzes import queries
from quizzes.models import Bank, Question, QuestionVersion
from quizzes.types import TYPES, VERDICT, BadResponse, answer_fields, mark, refill, rng, verdict

ASKED = "p"
"""The field that names the question answered; a form by GET, so visitors need no session."""


class Practice:
    """One question to try, with feedback at once, never counted and never stored."""

    def exists(self, code: str) -> bool:
        """Whether there is a live practice question of that code."""
        return queries.current_question(code, Question.Use.PRACTICE) is not None

    def render(self, code: str, language: str, request: HttpRequest | None) -> str:
        """The card; with an answer to this very question in the request, with feedback."""
        question = queries.current_question(code, Question.Use.PRACTICE)
        if question is None or question.current is None:
            return render_to_string("quizzes/_practice_missing.html", {"code": code})
        answer = request.GET if request is not None and request.GET.get(ASKED) == code else None
        context = card(question.current, queries.keeper(question.bank), language, answer)
        return render_to_string("quizzes/_practice.html", {**context, "code": code}, request=request)


def card(version: QuestionVersion, keeper: Course | Bank | None, language: str, sent: Any) -> dict[str, Any]:
    """What the card shows. The key is read only once there is an answer that can be graded."""
    kind = TYPES[version.type]
    content = version.content
    # The same for everybody and for ever: the answer comes back in the order shown.
    order = kind.shuffle(content, rng(f"practice:{version.pk}"))
    response, problem = None, ""
    if sent is not None:
        try:
            response = kind.read(content, order, answer_fields(sent.lists()))
        except BadResponse as bad:
            problem = str(bad)
    context: dict[str, Any] = {
        "stem": kind.stem(content, order, language),
        "hint": kind.hint,
        "template": f"quizzes/types/{kind.code}.html",
        "figure": queries.figures([content], language, keeper).get(content.get("figure", "")),
        "shown": kind.show(content, order, response, language),
        "language": language,
        "problem": problem,
        "unanswered": sent is not None and response is None and not problem,
    }
    if problem:
        refill(context["shown"], answer_fields(sent.lists()))
    if response is not None:
        key = queries.revealed(version.pk)
        share = kind.grade(content, key.key, response)
        reveal = kind.reveal(content, order, key.key, key.feedback, response, language)
        mark(context["shown"], reveal.marks)
        texts = key.feedback.get(VERDICT + verdict(share))
        whole = [kind.words(order, texts, language)] if texts else []
        context.update(
            verdict=verdict(share),
            feedback=[*whole, *reveal.feedback],
            right=reveal.right,
            # Where options are marked in place, the list says nothing new; what is to be seen where on a picture does.
            show_right=share != 1
            and bool(reveal.right)
            and (context["shown"].figure_inside or not context["shown"].choices),
            explanation=kind.words(order, key.explanation, language),
        )
    return context


def practice_fragment(request: HttpRequest) -> HttpResponse | None:
    """The card alone, when HTMX sent an answer; None when a whole page is wanted."""
    code = request.GET.get(ASKED, "")
    if not code or not request.headers.get("HX-Request"):
        return None
    return HttpResponse(Practice().render(code, (get_language() or "vi")[:2], request))
