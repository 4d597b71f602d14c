"""Wagtail's own screens for users lead to ours: no account and no role is made there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from wagtail.admin.viewsets.base import ViewSet
from wagtail.users.apps import WagtailUsersAppConfig


def _to_list(request: HttpRequest, pk: str = "") -> HttpResponse:
    return redirect("people_admin:people")


def _to_person(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("people_admin:person", pk=pk)


class UserViewSet(ViewSet):
    """The names that Wagtail's other screens link to."""

    icon = "user"

    def get_urlpatterns(self) -> list[URLPattern]:
        """Each leads to the list or to the person."""
        return [
            path("", _to_list, name="index"),
            path("results/", _to_list, name="index_results"),
            path("add/", _to_list, name="add"),
            path("<int:pk>/", _to_person, name="edit"),
            path("<int:pk>/delete/", _to_person, name="delete"),
        ]


class UsersConfig(WagtailUsersAppConfig):
    """wagtail.users with these screens."""

    user_viewset = "people.admin_users.UserViewSet"
