"""A small open bank with one question of every type, for those who want to see and try them."""

from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from wagtail.images import get_image_model

from courses.models import Course, Edition, Lesson, Part
from courses.packs.files import PackFiles, PackRefused, Problems
from courses.packs.media import collection_of
from people.models import User
from quizzes import actions
from quizzes.models import Exam, Sitting
from quizzes.pack import QuestionSection

CODE = "DEMO-QT"
LESSON = "question-types"
FOLDER = settings.BASE_DIR / "starter" / "demo" / "question-types"


def offer(person: User, edition: Edition, now: datetime) -> Sitting:
    """The bank, its exam, and a sitting of it for `person`."""
    course = Course.objects.create(
        code=CODE, subject=edition.subject, edition=edition, hours=1,
        title_vi="Các dạng câu hỏi", title_en="Types of questions",
    )  # fmt: skip
    part = Part.objects.create(course=course, order=1, title_vi="Câu hỏi", title_en="Questions")
    Lesson.objects.create(course=course, part=part, code=LESSON, order=1, minutes=60)
    _pictures(course)
    names = [path for path in FOLDER.rglob("*") if path.is_file()]
    files = PackFiles({path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in names})
    problems = Problems()
    section = QuestionSection()
    bank = section.read(files, {"languages": ["vi", "en"], "lessons": [LESSON]}, problems)
    if problems:
        raise PackRefused(problems)
    section.load(bank, course, by=None, at=now)
    exam = Exam.objects.get(course=course)
    return actions.open_sitting(person=person, exam=exam, enrolment=None, by=None, at=now)


def _pictures(course: Course) -> None:
    """As a course pack brings them: in a collection of the course's, titled by file name."""
    collection = collection_of(course)
    for path in sorted((FOLDER / "media").iterdir()):
        image = get_image_model()(title=path.name, collection=collection)
        image.file = ContentFile(path.read_bytes(), name=path.name)
        image._set_image_file_metadata()
        image.save()
