"""Addresses of the account, beside allauth's under the same path."""

from django.conf import settings
from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("", views.account, name="account"),
    path("profile/", views.profile, name="profile"),
    path("profile/consents/", views.consents, name="consents"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/read/", views.notice_read, name="notice_read"),
    path("first-use/", views.choose_secret, name="choose_secret"),
]
if settings.DEMO:
    urlpatterns += [
        path("mail/", views.demo_mail, name="demo_mail"),
        path("mail/<slug:name>/", views.demo_mail_message, name="demo_mail_message"),
    ]
