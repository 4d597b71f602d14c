"""What every page needs to know: `site_nav`."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override

from lms.lib.access import Role
from lms.templatetags.look import current
from people.queries import shown_province

LINKS = ("catalogue_url", "learn_url", "enterprise_url", "teaching_url", "register_url", "verify_url")
"""Links of the header that are marked on their own pages."""
CATALOGUE = {"vi": "/vi/khoa-hoc/", "en": "/en/courses/"}


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_nav`, computed when a template first asks for it."""
    return {"site_nav": Nav(request)}


class Nav(dict[str, Any]):
    """`site_nav`: a plain dictionary for templates, which ask it some fifty times a page; filled at the first."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.request = request

    def __missing__(self, key: str) -> Any:
        if not self:
            self.update(_nav(self.request))
            return self[key]
        raise KeyError(key)


@lru_cache(maxsize=16)
def _addresses(lang: str, urlconf: str) -> dict[str, str]:
    """Where the frame of a page leads, the same for everybody who reads `lang`."""
    return {
        "home_url": f"/{lang}/",
        "catalogue_url": CATALOGUE[lang],
        "verify_url": reverse("verify:form") + ("?lang=en" if lang == "en" else ""),
        "register_url": reverse("certificates:public_register"),
        "schemes_url": reverse("certificates:schemes"),
        "learn_url": reverse("learn"),
        "enterprise_url": reverse("certificates:enterprise"),
        "teaching_url": reverse("certificates:teaching"),
        "hall_url": reverse("hall:halls"),
        "signin_url": reverse("account_login"),
        "signout_url": reverse("account_logout"),
        "signup_url": reverse("account_signup"),
        "account_url": reverse("people:profile"),
    }


def other_address(request: HttpRequest, other: str) -> str:
    """This page in the language `other`; the home page if there is none."""
    page = getattr(request, "wagtail_page", None)
    if page is None:
        match = request.resolver_match
        page = match.kwargs.get("page") if match else None
    if page is not None and hasattr(page, "locale"):
        twin = page.get_translations().live().filter(locale__language_code=other).first()
        return str(twin.get_url(request)) if twin else f"/{other}/"
    if request.path_info.startswith("/v/"):
        # One address for every language, since it stands on paper: the query says which.
        query = request.GET.copy()
        query.pop("lang", None)
        if other != "vi":
            query["lang"] = other
        return request.path + (f"?{query.urlencode()}" if query else "")
    try:
        match = resolve(request.path_info)
        with override(other):
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs) + (
                f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
            )
    except (NoReverseMatch, Resolver404):
        return f"/{other}/"


def _nav(request: HttpRequest) -> dict[str, Any]:
    lang = (get_language() or "vi")[:2]
    other = "en" if lang == "vi" else "vi"
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    province = shown_province(request)
    addresses = _addresses(lang, settings.ROOT_URLCONF)
    return {
        "lang": lang,
        "other_lang": other,
        "other_url": SimpleLazyObject(lambda: other_address(request, other)),
        **addresses,
        "marks": "/".join(current(request.path, addresses[name]) for name in LINKS),
        "admin_url": reverse("wagtailadmin_home") if signed_in and user.is_staff else "",  # type: ignore[union-attr]
        "signed_in": signed_in,
        "speaks": signed_in and user.is_contact,  # type: ignore[union-attr]
        "watches": signed_in and user.has_role(Role.INVIGILATOR, Role.EXAMINER),  # type: ignore[union-attr]
        "teaches": signed_in and user.has_role(Role.INSTRUCTOR, Role.ADMINISTRATOR),  # type: ignore[union-attr]
        "person_name": user.full_name if signed_in else "",  # type: ignore[union-attr]
        "person_initials": user.initials if signed_in else "",  # type: ignore[union-attr]
        "demo": settings.DEMO,
        "mail_url": reverse("people:demo_mail") if settings.DEMO else "",
        "province": {
            "name": province.name if province else "",
            "programme": province.text("programme_title") if province else "",
            "short": province.profile.get("short", "") if province else "",
            "profile": province.profile if province else {},
        },
    }
