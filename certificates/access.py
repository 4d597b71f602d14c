"""Who may do what at the addresses of certification."""

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

_FILES = may(Role.OFFICER, Role.DECIDER, Role.INSPECTOR)
_PAPERS = may(Role.ADMINISTRATOR, Role.OFFICER, Role.DECIDER, Role.PROGRAMME, Role.INSPECTOR)
_OFFICER = may(Role.OFFICER)
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
