"""What production looks at before it serves anybody."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connections


def refuse_demo_accounts() -> None:
    """Their password is public: raises ImproperlyConfigured outside of the demo while one exists."""
    if settings.DEMO:
        return
    found = get_user_model()._default_manager.filter(is_demo=True).count()
    # A server that forks after this must not hand its connection on to its children.
    connections.close_all()
    if found:
        raise ImproperlyConfigured(
            f"{found} demo accounts, whose password is public, are in this database. "
            "A database that held the demo world is not for production: begin with an empty one."
        )
