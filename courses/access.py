"""Who may do what at the addresses of courses: pages are Wagtail's, screens stand in its admin."""

from lms.lib.access import Role, Rule, Table, may

READERS = may(Role.INSTRUCTOR, Role.REVIEWER, Role.ADMINISTRATOR)
KEEPERS = may(Role.ADMINISTRATOR)

_LISTS = ("index", "index_results", "usage")
_FORMS = ("add", "edit")
_TRACES = ("history", "history_results")


def _lines(name: str, *, readers: frozenset[Role]) -> dict[str, Rule]:
    """Lines of one set of screens: lists for `readers`, forms for those who keep the data."""
    return {
        **{f"{name}:{view}": Rule(get=readers) for view in (*_LISTS, *_TRACES)},
        **{f"{name}:{view}": Rule(get=KEEPERS, post=KEEPERS) for view in _FORMS},
        f"{name}:delete": Rule(),
    }


_KEEPS_SYSTEMS = may(Role.ADMINISTRATOR, Role.PROGRAMME)

TABLE: Table = {
    "courses_admin:system_add": Rule(get=_KEEPS_SYSTEMS, post=_KEEPS_SYSTEMS),
    "courses_admin:system_edit": Rule(get=_KEEPS_SYSTEMS, post=_KEEPS_SYSTEMS),
    "courses_admin:system_end": Rule(get=_KEEPS_SYSTEMS, post=_KEEPS_SYSTEMS),
    **_lines("courses_course", readers=READERS),
    **_lines("courses_subject", readers=KEEPERS),
    **_lines("courses_edition", readers=KEEPERS),
    **_lines("courses_family", readers=KEEPERS),
}
