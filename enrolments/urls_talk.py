"""Addresses below /admin/classes/ about what is said in a class."""

from django.urls import path

from enrolments import views_talk

PATHS = [
    path("<slug:code>/announcements/", views_talk.announcements, name="announcements"),
    path("<slug:code>/questions/", views_talk.questions, name="questions"),
    path("<slug:code>/questions/<int:pk>/answer/", views_talk.post_answer, name="post_answer"),
    path("<slug:code>/questions/<int:pk>/hide/", views_talk.post_hide, name="post_hide"),
]
