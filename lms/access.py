"""The access table of the whole product, and the rules for routes of others."""

from certificates.access import TABLE as CERTIFICATES
from cms.access import TABLE as CMS
from courses.access import TABLE as COURSES
from enrolments.access import TABLE as ENROLMENTS
from lms.lib.access import EVERYONE, SIGNED_IN, STAFF, Rule, Table
from people.access import TABLE as PEOPLE
from quizzes.access import TABLE as QUIZZES
from reports.access import TABLE as REPORTS

OWN: Table = {
    "to_language": Rule(get=EVERYONE),
    "healthz": Rule(get=EVERYONE),
    "readyz": Rule(get=EVERYONE),
    "set_language": Rule(post=EVERYONE),
    "media": Rule(get=EVERYONE),
}

TABLE: Table = {**OWN, **PEOPLE, **COURSES, **ENROLMENTS, **QUIZZES, **CERTIFICATES, **REPORTS, **CMS}

# Routes of Wagtail and allauth: a line per prefix. Wagtail's own permissions
# narrow further what each member of staff may do there.
PREFIXES: tuple[tuple[str, Rule], ...] = (
    ("/admin/login/", Rule(get=EVERYONE)),
    ("/admin/logout/", Rule(get=SIGNED_IN, post=SIGNED_IN)),
    ("/admin/password_reset/", Rule(get=EVERYONE)),
    # Wagtail's bulk actions on users would go round `people`: nobody may use them.
    ("/admin/bulk/people/", Rule()),
    ("/admin/", Rule(get=STAFF, post=STAFF)),
    ("/documents/", Rule(get=EVERYONE)),
    ("/vi/account/", Rule(get=EVERYONE, post=EVERYONE)),
    ("/en/account/", Rule(get=EVERYONE, post=EVERYONE)),
    ("/vi/", Rule(get=EVERYONE)),
    ("/en/", Rule(get=EVERYONE)),
)


def rule_for(view_name: str, path: str) -> Rule | None:
    """The line of the table for an address: by its name, else by its prefix; None if it has none."""
    if view_name in TABLE:
        return TABLE[view_name]
    if view_name and _is_own(view_name):
        return None
    for prefix, rule in PREFIXES:
        if path.startswith(prefix):
            return rule
    return None


def _is_own(view_name: str) -> bool:
    """Whether the address is ours: ours must be named in the table one by one."""
    return view_name.split(":", 1)[0].removesuffix("_admin") in {
        "people",
        "people_hooks",
        "courses",
        "enrolments",
        "quizzes",
        "certificates",
        "certificates_admin",
        "verify",
        "share",
        "reports",
        "cms",
    }
