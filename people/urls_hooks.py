"""Addresses for machines, without a language."""

from django.urls import path

from people import views_notices

app_name = "people_hooks"
urlpatterns = [
    path("mail", views_notices.mail_hook, name="mail"),
]
