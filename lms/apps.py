"""The project itself as an app: template tags and checks."""

from django.apps import AppConfig


class LmsConfig(AppConfig):
    """Holds nothing of its own in the database."""

    name = "lms"
