"""Who may do what at the addresses of reports."""

from lms.lib.access import Role, Rule, Table, may

READERS = may(Role.PROGRAMME, Role.ADMINISTRATOR, Role.INSPECTOR)
"""The programme's statistics; inspectors read them and change nothing."""

TABLE: Table = {
    "reports:half_year": Rule(get=READERS),
    "reports:rows": Rule(get=READERS),
    "reports:download": Rule(get=READERS),
}
