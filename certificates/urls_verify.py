"""Addresses of verification, the same in every language: they stand on paper."""

from django.urls import path

from certificates.views import verify

app_name = "verify"
urlpatterns = [
    path("v/", verify.form, name="form"),
    path("v/<str:code>.json", verify.as_json, name="json"),
    path("v/<str:code>", verify.page, name="code"),
    # A QR code is written in capitals, which need fewer modules.
    path("V/<str:code>", verify.capitals, name="capitals"),
]
