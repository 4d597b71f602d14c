"""Facts that certificates announces, inside the transaction that made them."""

from django.dispatch import Signal

certificate_issued = Signal()
"""A certificate stands in the register. Sends `certificate`."""
