"""What this app brings to the ports of `courses` and `enrolments`."""

from courses import activities, pack_sections
from enrolments import hour_sources, requirement_cards
from enrolments.models import Requirement
from quizzes.cards import exam_card, work_card
from quizzes.hours import exam_lines
from quizzes.pack import QuestionSection
from quizzes.practice import Practice


def fill() -> None:
    """Register the practice card, the pack's section of questions and exam, and the exam's card."""
    activities.register("practice", Practice())
    pack_sections.register(QuestionSection())
    requirement_cards.register(Requirement.Kind.EXAM, exam_card)
    requirement_cards.register(Requirement.Kind.ASSIGNMENT, work_card)
    hour_sources.register(exam_lines)
