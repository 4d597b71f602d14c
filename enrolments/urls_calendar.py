"""Calendars for programs: without a language, the key is all that opens them."""

from django.urls import path

from enrolments import views_meetings

app_name = "calendar"
urlpatterns = [path("<slug:key>.ics", views_meetings.feed, name="feed")]
