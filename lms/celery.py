"""The worker: `celery -A lms worker -B`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from lms.guard import refuse_demo_accounts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Log lines of a task carry its id and the id of the request that asked for it.
app.steps["worker"].add(DjangoStructLogInitStep)


@worker_init.connect
def look_first(**kwargs: Any) -> None:
    """Refuse to work where the web server would refuse to serve."""
    refuse_demo_accounts()
