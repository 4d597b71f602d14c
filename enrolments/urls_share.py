"""Short addresses without a language, made to be passed on."""

from django.urls import path

from enrolments import views_seats

app_name = "share"
urlpatterns = [path("c/<slug:run_code>", views_seats.share, name="class")]
