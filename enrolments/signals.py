"""Facts that enrolments announces, inside the transaction that made them."""

from django.dispatch import Signal

person_enrolled = Signal()
"""Someone took a seat, or took it again. Sends `enrolment`."""

enrolment_completed = Signal()
"""Every requirement of an enrolment is met. Sends `enrolment`."""

meetings_changed = Signal()
"""Meetings were planned, moved, cancelled or put back. Sends `run_id`."""

attendance_marked = Signal()
"""It was marked who was at a meeting. Sends `enrolment_ids`."""
