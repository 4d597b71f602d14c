"""Addresses of certification under a language: schemes and applications, the public register, own documents."""

from django.urls import path

from certificates.views import apply, enterprise, enterprise_about, enterprise_acts, learn, register, teaching

app_name = "certificates"
urlpatterns = [
    path("learn/certificates/<str:code>/pdf", learn.pdf, name="pdf"),
    path("learn/certificates/<str:code>/png", learn.png, name="png"),
    path("register/", register.public_register, name="public_register"),
    # Before numbers: the worker's side of the enterprise's page.
    path("enterprise/", enterprise.choose, name="enterprise"),
    path("enterprise/me/", enterprise.seen, name="enterprise_seen"),
    path("enterprise/<int:pk>/", enterprise.board, name="enterprise_people"),
    path("enterprise/<int:pk>/former/", enterprise.former, name="enterprise_former"),
    path("enterprise/<int:pk>/training.xlsx", enterprise.xlsx, name="enterprise_xlsx"),
    path("enterprise/<int:pk>/people/add/", enterprise_acts.add, name="enterprise_add"),
    path("enterprise/<int:pk>/people/<int:person>/", enterprise.person, name="enterprise_person"),
    path("enterprise/<int:pk>/people/<int:person>/file.pdf", enterprise.person_pdf, name="enterprise_person_pdf"),
    path("enterprise/<int:pk>/people/<int:person>/job/", enterprise.person_job, name="enterprise_person_job"),
    path("enterprise/<int:pk>/people/<int:person>/left/", enterprise.person_left, name="enterprise_person_left"),
    path("enterprise/<int:pk>/classes/", enterprise.classes, name="enterprise_classes"),
    path("enterprise/<int:pk>/classes/<int:asked>/", enterprise_acts.answer, name="enterprise_answer"),
    path("enterprise/<int:pk>/certificates/", enterprise.certificates, name="enterprise_certificates"),
    path("enterprise/<int:pk>/certificates/zip/", enterprise.zip_ask, name="enterprise_zip"),
    path("enterprise/<int:pk>/certificates/zip/<int:job>/", enterprise.zip_file, name="enterprise_zip_file"),
    path("enterprise/<int:pk>/needs/", enterprise_acts.needs, name="enterprise_needs"),
    path("enterprise/<int:pk>/needs/<int:need>/drop/", enterprise_acts.need_drop, name="enterprise_need_drop"),
    path("enterprise/<int:pk>/nominate/", enterprise_acts.nominate, name="enterprise_nominate"),
    path("enterprise/<int:pk>/about/", enterprise_about.about, name="enterprise_about"),
    path("enterprise/<int:pk>/about/change/", enterprise_about.about_edit, name="enterprise_about_edit"),
    path("enterprise/<int:pk>/systems/add/", enterprise_about.system_add, name="enterprise_system_add"),
    path("enterprise/<int:pk>/systems/<int:system>/", enterprise_about.system_edit, name="enterprise_system_edit"),
    path("enterprise/<int:pk>/systems/<int:system>/end/", enterprise_about.system_end, name="enterprise_system_end"),
    path("enterprise/<int:pk>/requests/", enterprise_acts.requests, name="enterprise_requests"),
    path("enterprise/<int:pk>/requests/<int:asked>/take-back/", enterprise_acts.take_back, name="enterprise_take_back"),
    path("teaching/", teaching.teaching, name="teaching"),
    path("teaching/<slug:code>/", teaching.one_class, name="teaching_class"),
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
