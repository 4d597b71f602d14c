"""Addresses below /vi/hall/: the invigilator's screen."""

from django.urls import path

from quizzes import views_hall, views_minutes

app_name = "hall"
urlpatterns = [
    path("", views_hall.halls, name="halls"),
    path("<str:code>/", views_hall.hall, name="hall"),
    path("<str:code>/all/", views_hall.hall_all, name="all"),
    path("<str:code>/tickets/", views_hall.hall_tickets, name="tickets"),
    path("<str:code>/minutes/", views_minutes.minutes, name="minutes"),
    path("<str:code>/minutes.pdf", views_minutes.minutes_file, name="minutes_file"),
    path("<str:code>/<int:sitting_id>/", views_hall.hall_one, name="one"),
]
