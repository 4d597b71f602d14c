"""Access by the table, the second factor of staff, and the cache of public pages."""

import hashlib
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from lms.access import rule_for
from lms.lib import publiccache
from lms.lib.access import STAFF, Role

GetResponse = Callable[[HttpRequest], HttpResponse]


class Languages(LocaleMiddleware):
    """Django's, but verification is Vietnamese unless its query says `lang=en`.

    Neither a cookie nor the browser's wish changes it, so that one kept page
    serves everyone; and what is not found there is not looked for under /vi/.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language."""
        if not request.path_info.startswith(("/v/", "/V/")):
            super().process_request(request)
            return
        translation.activate("en" if request.GET.get("lang") == "en" else "vi")
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say the language. In the back office too, what is missing or another's is a 404, not a way to /vi/."""
        if not request.path_info.startswith(("/v/", "/V/", "/admin/", "/hooks/")):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class AccessTable:
    """Refuses every address without a line in the table and every role that its line leaves out.

    What a person may see of an address's objects is narrowed by `visible_to`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; answers of the back office get the policy that Wagtail's editor needs."""
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None to go on; a sign-in, a 403 or a 405 otherwise."""
        match = request.resolver_match
        assert match is not None
        rule = rule_for(match.view_name, request.path)
        if rule is None:
            raise PermissionDenied
        method = request.method or "GET"
        allowed = rule.roles(method)
        if not allowed:
            return HttpResponseNotAllowed([name for name in ("GET", "POST") if rule.roles(name)])
        if Role.ANONYMOUS in allowed:
            return None
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if not user.has_role(*allowed):
            raise PermissionDenied
        # Wherever the role of staff is what opens the page, in the back office and outside of it.
        by_role = request.path.startswith("/admin/") or not user.has_role(*(allowed - STAFF))
        if settings.STAFF_SECOND_FACTOR and by_role and not self._has_factor(user):
            return redirect("mfa_index")
        return None

    @staticmethod
    def _has_factor(user: Any) -> bool:
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        return bool(Authenticator.objects.filter(user=user, type__in=kinds).exists())


class PublicPageCache:
    """Keeps pages that are the same for every visitor, for a minute.

    Only GET by visitors without a session, and only answers that set no cookie;
    whoever changes what such a page shows calls `lms.lib.publiccache.forget`.
    """

    PREFIXES = ("/vi/", "/en/", "/v/")
    NEVER = ("/vi/account/", "/en/account/", "/vi/learn/", "/en/learn/", "/vi/certification/", "/en/certification/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The kept answer, or the view's, kept if it may be."""
        key = self._key(request)
        if key is None:
            return self.get_response(request)
        kept = cache.get(key)
        if kept is not None:
            content, content_type, language = kept
            answer = HttpResponse(content, content_type=content_type)
            answer["Content-Language"] = language
            self._headers(answer)
            return answer
        response = self.get_response(request)
        may_be_kept = response.status_code == 200 and not response.streaming and not response.cookies
        if may_be_kept and not response.has_header("Cache-Control"):
            kept = (response.content, response["Content-Type"], response.get("Content-Language", ""))
            cache.set(key, kept, 60)
            self._headers(response)
        return response

    @staticmethod
    def _headers(response: HttpResponse) -> None:
        response["Cache-Control"] = "private, max-age=0, must-revalidate"
        patch_vary_headers(response, ["Cookie", "Accept-Language", "HX-Request"])

    def _key(self, request: HttpRequest) -> str | None:
        if request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return None
        path = request.path
        if not path.startswith(self.PREFIXES) or path.startswith(self.NEVER):
            return None
        if "messages" in request.COOKIES:
            return None
        parts = (
            publiccache.seen_by(request),
            request.get_host(),
            request.get_full_path(),
            request.headers.get("HX-Request", ""),
        )
        return "page:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()
