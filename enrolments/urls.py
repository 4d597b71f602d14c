"""Addresses below /vi/learn/: enrolling and the lesson player."""

from django.urls import path

from enrolments import views, views_hours

app_name = "enrolments"
urlpatterns = [
    path("enrol/<slug:run_code>/", views.enrol, name="enrol"),
    path("hours/<int:pk>/", views_hours.hours, name="hours"),
    path("hours/<int:pk>.pdf", views_hours.hours_pdf, name="hours_pdf"),
    path("<slug:run_code>/", views.run, name="run"),
    path("<slug:run_code>/resume/", views.resume, name="resume"),
    path("<slug:run_code>/leave/", views.leave, name="leave"),
    path("<slug:run_code>/<slug:lesson_code>/", views.lesson, name="lesson"),
    path("<slug:run_code>/<slug:lesson_code>/opened/", views.lesson_opened, name="lesson_opened"),
    path("<slug:run_code>/<slug:lesson_code>/beat/", views_hours.lesson_beat, name="lesson_beat"),
    path("<slug:run_code>/<slug:lesson_code>/done/", views.lesson_done, name="lesson_done"),
]
