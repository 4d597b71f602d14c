"""The trainee's home, at the head of /vi/learn/."""

from django.urls import path

from certificates.views import learn

urlpatterns = [path("", learn.home, name="learn")]
