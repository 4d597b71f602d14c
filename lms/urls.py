"""Addresses: machines' and verification without a language, people's under /vi/ and /en/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls

from lms import views
from people.views_admin import AccountView

urlpatterns = [
    path("", views.to_language, name="to_language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("set-language/", views.set_language, name="set_language"),
    path("", include("certificates.urls_verify")),
    path("calendar/", include("enrolments.urls_calendar")),
    path("hooks/", include("people.urls_hooks")),
    path("", include("enrolments.urls_share")),
    # One door for all: Wagtail's own sign-in would pass the second factor by.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    # Before Wagtail's own page of that name, which asks for names that it cannot store.
    path("admin/account/", require_admin_access(AccountView.as_view()), name="wagtailadmin_account"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
urlpatterns += i18n_patterns(
    path("account/", include("people.urls")),
    path("account/", include("allauth.urls")),
    path("learn/", include("certificates.urls_learn")),
    path("", include("certificates.urls")),
    path("learn/", include("quizzes.urls")),
    path("hall/", include("quizzes.urls_hall")),
    path("learn/", include("enrolments.urls")),
    path("", include(wagtail_urls)),
)
if settings.DEMO:
    from django.views.static import serve

    urlpatterns.insert(0, path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"))
