"""The project: settings, addresses, the worker, and what every app may lean on."""

from lms.celery import app as celery_app

__all__ = ["celery_app"]
