"""App of classes, enrolments and the lesson player."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentsConfig(AppConfig):
    """Knows courses and people; is known by quizzes and above."""

    name = "enrolments"
    verbose_name = _("Classes and enrolments")

    def ready(self) -> None:
        """Connect receivers, declare notices."""
        import_module("enrolments.receivers")
        import_module("people.enterprise_data").register(import_module("enrolments.enterprise_facts").KEEPER)
        import_module("people.notices").register(import_module("enrolments.notices").TEXTS)
        attendance = import_module("enrolments.attendance_cards")
        import_module("enrolments.requirement_cards").register("attendance", attendance.card)
        import_module("enrolments.results").register("attendance", attendance.results)
        import_module("enrolments.personal_data").fill()
        completed = import_module("enrolments.courses_completed")
        import_module("enrolments.prerequisites").register("course", completed.CoursesCompleted())
