"""Facts that people announces."""

from django.dispatch import Signal

notice_queued = Signal()
"""A mail waits to be sent. Sends `notice_id`."""

job_waiting = Signal()
"""A job waits for the worker. Sends `job_id`."""
