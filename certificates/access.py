"""Who may do what at the addresses of certification."""

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

_FILES = may(Role.OFFICER, Role.DECIDER, Role.INSPECTOR)
_PAPERS = may(Role.ADMINISTRATOR, Role.OFFICER, Role.DECIDER, Role.PROGRAMME, Role.INSPECTOR)
_OFFICER = may(Role.OFFICER)
_CONTACT = may(Role.CONTACT)
_TEACHES = may(Role.INSTRUCTOR, Role.ADMINISTRATOR)
_REGISTER = may(Role.OFFICER, Role.INSPECTOR)

TABLE: Table = {
    # Anyone verifies; without a language in the address, which stands on paper for decades.
    "verify:form": Rule(get=EVERYONE),
    "verify:code": Rule(get=EVERYONE),
    "verify:json": Rule(get=EVERYONE),
    "verify:capitals": Rule(get=EVERYONE),
    # A trainee's own.
    "learn": Rule(get=SIGNED_IN),
    "certificates:pdf": Rule(get=SIGNED_IN),
    "certificates:png": Rule(get=SIGNED_IN),
    # Becoming a consultant.
    "certificates:schemes": Rule(get=EVERYONE),
    "certificates:scheme": Rule(get=EVERYONE),
    "certificates:apply": Rule(post=SIGNED_IN),
    "certificates:application": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "certificates:evidence_add": Rule(post=SIGNED_IN),
    "certificates:evidence": Rule(get=SIGNED_IN),
    "certificates:evidence_remove": Rule(post=SIGNED_IN),
    "certificates:submit": Rule(post=SIGNED_IN),
    "certificates:take_back": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "certificates:public_register": Rule(get=EVERYONE),
    # An enterprise's page, for its contacts; and the worker's side of it.
    "certificates:enterprise": Rule(get=_CONTACT),
    "certificates:enterprise_seen": Rule(get=SIGNED_IN),
    "certificates:enterprise_people": Rule(get=_CONTACT),
    "certificates:enterprise_former": Rule(get=_CONTACT),
    "certificates:enterprise_xlsx": Rule(get=_CONTACT),
    "certificates:enterprise_add": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_person": Rule(get=_CONTACT),
    "certificates:enterprise_person_pdf": Rule(get=_CONTACT),
    "certificates:enterprise_person_job": Rule(post=_CONTACT),
    "certificates:enterprise_person_left": Rule(post=_CONTACT),
    "certificates:enterprise_classes": Rule(get=_CONTACT),
    "certificates:enterprise_answer": Rule(post=_CONTACT),
    "certificates:enterprise_certificates": Rule(get=_CONTACT),
    "certificates:enterprise_zip": Rule(post=_CONTACT),
    "certificates:enterprise_zip_file": Rule(get=_CONTACT),
    "certificates:enterprise_needs": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_need_drop": Rule(post=_CONTACT),
    "certificates:enterprise_nominate": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_requests": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_about": Rule(get=_CONTACT),
    "certificates:enterprise_about_edit": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_system_add": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_system_edit": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_system_end": Rule(get=_CONTACT, post=_CONTACT),
    "certificates:enterprise_take_back": Rule(post=_CONTACT),
    # An instructor's page.
    "certificates:teaching": Rule(get=_TEACHES),
    "certificates:teaching_class": Rule(get=_TEACHES),
    # Staff, inside the back office.
    "certificates_admin:applications": Rule(get=_FILES),
    "certificates_admin:application": Rule(get=_FILES),
    "certificates_admin:give_back": Rule(post=_OFFICER),
    "certificates_admin:propose": Rule(post=_OFFICER),
    "certificates_admin:decide": Rule(post=may(Role.DECIDER)),
    "certificates_admin:certificates": Rule(get=_PAPERS),
    "certificates_admin:certificate": Rule(get=_PAPERS),
    "certificates_admin:end": Rule(get=_OFFICER, post=_OFFICER),
    "certificates_admin:register": Rule(get=_REGISTER),
}
