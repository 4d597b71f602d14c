"""App of subjects, courses and lessons."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """Knows people; is known by enrolments and above."""

    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        """Connect receivers, say what is kept of enterprises."""
        import_module("courses.receivers")
        import_module("people.enterprise_data").register(import_module("courses.enterprise_systems").KEEPER)
