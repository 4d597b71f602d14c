"""Who may do what with people and enterprises."""

from django.conf import settings

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

_ENTERS_PEOPLE = may(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSTRUCTOR)
_SEES_PEOPLE = may(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR)
_KEEPS_ENTERPRISES = may(Role.ADMINISTRATOR, Role.PROGRAMME)
_ADMINISTRATOR = may(Role.ADMINISTRATOR)

_DEMO: Table = {
    "people:demo_mail": Rule(get=EVERYONE),
    "people:demo_mail_message": Rule(get=EVERYONE),
}

TABLE: Table = {
    "people:account": Rule(get=SIGNED_IN),
    "people:profile": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "people:consents": Rule(post=SIGNED_IN),
    "people:notices": Rule(get=SIGNED_IN),
    "people:notice_read": Rule(post=SIGNED_IN),
    "people:choose_secret": Rule(get=SIGNED_IN, post=SIGNED_IN),
    **(_DEMO if settings.DEMO else {}),
    # The back office
    "people_admin:people": Rule(get=_SEES_PEOPLE),
    "people_admin:person": Rule(get=_SEES_PEOPLE),
    "people_admin:join": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:leave": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:grant": Rule(post=_ADMINISTRATOR),
    "people_admin:end": Rule(post=_ADMINISTRATOR),
    "people_admin:slip_new": Rule(get=_ENTERS_PEOPLE, post=_ENTERS_PEOPLE),
    "people_admin:slip_again": Rule(get=_ENTERS_PEOPLE, post=_ENTERS_PEOPLE),
    "people_admin:enterprises": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_add": Rule(get=_KEEPS_ENTERPRISES, post=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_edit": Rule(get=_KEEPS_ENTERPRISES, post=_KEEPS_ENTERPRISES),
    "people_admin:jobs": Rule(get=_ADMINISTRATOR),
    "people_admin:notices": Rule(get=_ADMINISTRATOR),
}
