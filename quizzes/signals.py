"""Facts that quizzes announces, inside the transaction that made them."""

from django.dispatch import Signal

attempt_graded = Signal()
"""An attempt has a result. Sends `attempt` and `grade`."""

correction_applied = Signal()
"""A correction of a question applies; attempts are to be graded again. Sends `correction`."""
