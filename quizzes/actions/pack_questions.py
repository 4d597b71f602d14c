"""A course pack's questions beside those that were edited here.

The pack is the authority for what it brought. Where somebody edited a question
here, a pack that brings nothing new leaves the edit alone; one that does brings a
version that waits for a review instead of taking the edit's place, or, beside a
proposal still under way, one that is only kept among the versions. A question
retired here stays retired.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog

from people.models import User
from quizzes.actions.questions import add_version, note_verb
from quizzes.actions.review_telling import WRITING, tell_reviewers
from quizzes.authored import Authored
from quizzes.drafting import Draft
from quizzes.exam_file import AuthoredBank
from quizzes.models import Bank, Question, QuestionEvent, QuestionVersion, Topic

log = structlog.get_logger(__name__)
GONE = "gone_from_pack"


def store_questions(
    *, bank: Bank, authored: AuthoredBank, topics: dict[str, Topic], by: User | None, at: datetime
) -> None:
    """Bring the pack's questions in; those it no longer has are retired. Runs inside `store_bank`'s transaction."""
    # Locked: an edit that is saved at this moment comes before the pack or after it.
    rows = bank.questions.exclude(file="").select_for_update(of=("self",)).select_related("current", "proposed")
    loader = _Loader(bank, topics, {question.code: question for question in rows}, by, at)
    for file, several in authored.files.items():
        for order, row in enumerate(several):
            loader.load(row, file, order)
    loader.retire_rest()


class _Loader:
    """One load of a pack: what is there already, read once."""

    def __init__(
        self, bank: Bank, topics: dict[str, Topic], present: dict[str, Question], by: User | None, at: datetime
    ) -> None:
        self.bank, self.topics, self.present, self.by, self.at = bank, topics, present, by, at
        assert bank.course is not None
        self.lessons = {lesson.code: lesson for lesson in bank.course.lessons.all()}
        self.seen: set[str] = set()
        written = QuestionEvent.objects.filter(subject__bank=bank, data__verb__in=WRITING)
        self.written_here: set[int] = {data["version"] for data in written.values_list("data", flat=True)}
        self.known = self._fingerprints()
        self.retired_here = self._retired_here()

    def _fingerprints(self) -> set[tuple[int, str]]:
        """Every version of questions that were edited here."""
        edited = QuestionVersion.objects.filter(pk__in=self.written_here).values("question")
        return set(QuestionVersion.objects.filter(question__in=edited).values_list("question", "fingerprint"))

    def _retired_here(self) -> set[int]:
        """Questions that somebody retired, and not a pack that no longer had them."""
        last: dict[int, str] = {}
        events = QuestionEvent.objects.filter(subject__bank=self.bank, new=Question.State.RETIRED).exclude(
            old=Question.State.RETIRED
        )
        for question, data in events.order_by("pk").values_list("subject", "data"):
            last[question] = data.get("verb", "")
        return {question for question, verb in last.items() if verb != GONE}

    def load(self, row: Authored, file: str, order: int) -> None:
        """One question of the pack."""
        self.seen.add(row.code)
        question = self.present.get(row.code) or Question(bank=self.bank, code=row.code)
        self._place(question, {"file": file, "order": order, "use": row.use})
        fingerprint = row.fingerprint()
        if question.current is not None and question.current.fingerprint == fingerprint:
            return
        local = question.current_id in self.written_here or question.proposed_id in self.written_here
        if local and (question.pk, fingerprint) in self.known:
            return
        self._bring(question, row)

    def _place(self, question: Question, place: dict[str, Any]) -> None:
        live = question.state in (Question.State.DRAFT, Question.State.REVIEW)
        if not live and question.pk not in self.retired_here:
            place["state"] = Question.State.APPROVED
        if question.pk is None or any(getattr(question, name) != value for name, value in place.items()):
            back = question.pk is not None and question.state == Question.State.RETIRED and "state" in place
            for name, value in place.items():
                setattr(question, name, value)
            question.save()
            if back:
                self._tell(question, Question.State.RETIRED, "in_pack_again")

    def _bring(self, question: Question, row: Authored) -> None:
        version = add_version(question=question, draft=Draft(row), by=self.by, at=self.at,
                              topic=self.topics[row.topic], lesson=self.lessons[row.lesson])  # fmt: skip
        if question.current_id not in self.written_here:
            self._make_current(question, version)
            verb = "pack"
        elif question.proposed is None:
            question.proposed, question.awaits_review = version, True
            verb = "pack_proposes"
        else:
            verb = "pack_beside"
        question.save(update_fields=["current", "proposed", "awaits_review"])
        if verb != "pack" or version.number > 1:
            note_verb(question, verb, by=self.by, at=self.at, version=version.pk, number=version.number)
        if verb == "pack_proposes":
            tell_reviewers(question, version, by=self.by, at=self.at)
        if verb != "pack":
            log.warning("pack_beside_local_edit", question=question.code, verb=verb, version=version.number)

    def _make_current(self, question: Question, version: QuestionVersion) -> None:
        question.current = version
        proposed = question.proposed
        if proposed is not None:
            # What is proposed stays the newest: it is to be compared with what the pack brought.
            proposed.number = version.number + 1
            proposed.save(update_fields=["number"])

    def retire_rest(self) -> None:
        """Questions of earlier packs that this one no longer has."""
        gone = [
            question
            for code, question in self.present.items()
            if code not in self.seen and question.state != Question.State.RETIRED
        ]
        Question.objects.filter(pk__in=[question.pk for question in gone]).update(
            state=Question.State.RETIRED, awaits_review=False
        )
        self._tell_all((question, question.state, Question.State.RETIRED, GONE) for question in gone)

    def _tell(self, question: Question, old: str, verb: str) -> None:
        self._tell_all([(question, old, question.state, verb)])

    def _tell_all(self, lines: Iterable[tuple[Question, str, str, str]]) -> None:
        QuestionEvent.objects.bulk_create(
            QuestionEvent(subject=question, old=old, new=new, by=self.by, at=self.at, data={"verb": verb})
            for question, old, new, verb in lines
        )
