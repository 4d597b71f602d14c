"""Addresses below /vi/learn/: enrolling and the lesson player."""

from django.urls import path

from enrolments import views, views_hours, views_meetings, views_seats, views_talk

app_name = "enrolments"
urlpatterns = [
    path("enrol/<slug:run_code>/", views_seats.enrol, name="enrol"),
    path("hours/<int:pk>/", views_hours.hours, name="hours"),
    path("hours/<int:pk>.pdf", views_hours.hours_pdf, name="hours_pdf"),
    path("meetings/", views_meetings.meetings, name="meetings"),
    path("meetings/calendar/", views_meetings.calendar_renew, name="calendar_renew"),
    path("attend/", views_meetings.attend_code, name="attend_code"),
    path("attend/<int:pk>/", views_meetings.attend, name="attend"),
    path("attend/<int:pk>/<slug:token>/", views_meetings.attend_scan, name="attend_scan"),
    path("<slug:run_code>/", views.run, name="run"),
    path("<slug:run_code>/resume/", views.resume, name="resume"),
    path("<slug:run_code>/leave/", views_seats.leave, name="leave"),
    path("<slug:run_code>/<slug:lesson_code>/", views.lesson, name="lesson"),
    path("<slug:run_code>/<slug:lesson_code>/opened/", views.lesson_opened, name="lesson_opened"),
    path("<slug:run_code>/<slug:lesson_code>/beat/", views_hours.lesson_beat, name="lesson_beat"),
    path("<slug:run_code>/<slug:lesson_code>/ask/", views_talk.post_add, name="post_add"),
    path("<slug:run_code>/<slug:lesson_code>/done/", views.lesson_done, name="lesson_done"),
]
