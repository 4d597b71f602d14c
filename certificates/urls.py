"""Addresses of certification under a language: schemes and applications, the public register, own documents."""

from django.urls import path

from certificates.views import apply, learn, register

app_name = "certificates"
urlpatterns = [
    path("learn/certificates/<str:code>/pdf", learn.pdf, name="pdf"),
    path("learn/certificates/<str:code>/png", learn.png, name="png"),
    path("register/", register.public_register, name="public_register"),
    path("certification/", apply.schemes, name="schemes"),
    path("certification/applications/<str:code>/", apply.application, name="application"),
    path("certification/applications/<str:code>/submit/", apply.submit, name="submit"),
    path("certification/applications/<str:code>/take-back/", apply.take_back, name="take_back"),
    path("certification/applications/<str:code>/evidence/", apply.evidence_add, name="evidence_add"),
    path("certification/applications/<str:code>/evidence/<int:pk>/", apply.evidence, name="evidence"),
    path(
        "certification/applications/<str:code>/evidence/<int:pk>/remove/", apply.evidence_remove, name="evidence_remove"
    ),
    path("certification/<str:scheme>/", apply.scheme, name="scheme"),
    path("certification/<str:scheme>/apply/", apply.apply, name="apply"),
]
