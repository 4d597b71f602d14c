"""Addresses of the account, beside allauth's under the same path."""

from django.conf import settings
from django.urls import path

from people import views, views_import, views_notices, views_privacy, views_sessions, views_slips

app_name = "people"
urlpatterns = [
    path("", views.account, name="account"),
    path("profile/", views.profile, name="profile"),
    path("profile/identity/", views_privacy.identity_number, name="identity"),
    path("profile/identity/show/", views_privacy.identity_show, name="identity_show"),
    path("data/", views_privacy.data, name="data"),
    path("data/consent/", views_privacy.consent, name="consents"),
    path("data/copy/", views_privacy.ask_copy, name="ask_copy"),
    path("data/copy/<int:pk>/", views_privacy.copy, name="copy"),
    path("data/erasure/", views_privacy.ask_erasure, name="ask_erasure"),
    path("data/erasure/<int:pk>/take-back/", views_privacy.take_back, name="take_back"),
    path("agree/", views_privacy.agree, name="agree"),
    path("consents/<slug:purpose>/", views_privacy.consent_now, name="consent_now"),
    path("consents/<slug:purpose>/<slug:version>/", views_privacy.consent_text, name="consent_text"),
    # Before allauth's page of that address, which ends all other sessions or none.
    path("sessions/", views_sessions.sessions, name="sessions"),
    path("sessions/end/", views_sessions.sessions_end, name="sessions_end"),
    path("sessions/<int:pk>/end/", views_sessions.session_end, name="session_end"),
    path("slips/", views_slips.charges, name="charges"),
    path("slips/<int:pk>/", views_slips.charge_slip, name="charge_slip"),
    path("people-files/", views_import.imports, name="imports"),
    path("people-files/template.xlsx", views_import.template, name="import_template"),
    path("people-files/<int:pk>/", views_import.imported, name="import"),
    path("people-files/<int:pk>/apply/", views_import.apply, name="import_apply"),
    path("people-files/<int:pk>/drop/", views_import.drop, name="import_drop"),
    path("people-files/<int:pk>/retry/", views_import.retry, name="import_retry"),
    path("people-files/<int:pk>/refused.xlsx", views_import.refused, name="import_refused"),
    path("notices/", views_notices.notices, name="notices"),
    path("notices/<int:pk>/read/", views_notices.notice_read, name="notice_read"),
    path("notices/choose/", views_notices.notice_choices, name="notice_choices"),
    path("notices/stop/<str:token>/", views_notices.stop_letters, name="stop_letters"),
    path("first-use/", views.choose_secret, name="choose_secret"),
]
if settings.DEMO:
    urlpatterns += [
        path("mail/", views.demo_mail, name="demo_mail"),
        path("mail/<slug:name>/", views.demo_mail_message, name="demo_mail_message"),
    ]
