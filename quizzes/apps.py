"""App of question banks and exams."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    """Knows enrolments and below; is known by certificates and above."""

    name = "quizzes"
    verbose_name = _("Questions and exams")

    def ready(self) -> None:
        """Fill the ports of `courses`; hear of new enrolments."""
        # By name: these modules use models, which are there only now.
        import_module("quizzes.ports").fill()
        import_module("quizzes.personal_data").fill()
        import_module("people.notices").register(import_module("quizzes.notices").TEXTS)
        import_module("quizzes.receivers")
