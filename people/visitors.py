"""Who asks."""

from django.http import HttpRequest

from people.models import User


def signed_in(request: HttpRequest) -> User:
    """The person signed in; the access table lets nobody else through to a view that asks for one."""
    assert isinstance(request.user, User)
    return request.user
