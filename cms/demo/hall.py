"""An exam session that is under way, for those who want to see the invigilator's screen."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from cms.demo.study import answer
from lms.lib.access import Role
from people.actions import grant_role
from people.models import User
from quizzes import actions as quizzes
from quizzes.actions import hall, sessions
from quizzes.models import AttemptItem, Exam, ExamSession

CODE = "CA-THI-MAU"
SEATS = 8
WRITING = 6


def open_hall(accounts: dict[str, User], trainees: list[User], now: datetime) -> ExamSession:
    """A session of the HACCP exam with people at their seats: some write, one is paused, two have not come yet."""
    examiner, admin = accounts["examiner"], accounts["admin"]
    grant_role(person=examiner, role=Role.INVIGILATOR, by=admin, at=now)
    exam = Exam.objects.filter(course__code__startswith="HACCP", certifies=False).order_by("pk")[0]
    began = now - timedelta(minutes=12)
    session = sessions.plan_session(
        exam=exam, code=CODE, place="Phòng 2, Trung tâm đào tạo (mẫu)", starts_at=began,
        ends_at=began + timedelta(minutes=exam.minutes + 30), by=admin, at=began,
    )  # fmt: skip
    free = [person for person in trainees if not person.sittings.filter(exam=exam).exists()][:SEATS]
    sittings = [quizzes.open_sitting(person=person, exam=exam, enrolment=None, by=admin, at=began) for person in free]
    sessions.assign_invigilator(session=session, person=examiner, by=admin, at=began)
    seats = {sitting.pk: f"A{number}" for number, sitting in enumerate(sittings, start=1)}
    sittings = sessions.seat_people(session=session, seats=seats, by=admin, at=began)
    sessions.open_session(session=session, by=examiner, at=began)
    chance = Random(17)  # noqa: S311  (repeatable on purpose)
    for number, sitting in enumerate(sittings[:WRITING]):
        attempt = quizzes.start(sitting=sitting, by=sitting.person, at=began, language="vi")
        items = AttemptItem.objects.filter(attempt=attempt).select_related("version__key").order_by("position")
        moment = began
        for item in items[: 3 + 2 * number]:
            moment += timedelta(seconds=chance.randint(15, 45))
            quizzes.save_answer(
                attempt=attempt,
                position=item.position,
                response=answer(item, right=chance.random() < 0.8, chance=chance),
                revision=1,
                key=UUID(int=chance.getrandbits(128)),
                by=sitting.person,
                at=moment,
            )
        if number == WRITING - 1:
            hall.pause(attempt=attempt, reason="Mất điện một dãy máy (mẫu)", by=examiner, at=now)
    return session
