"""Who may do what with people and enterprises."""

from django.conf import settings

from lms.lib.access import EVERYONE, SIGNED_IN, Role, Rule, Table, may

_ENTERS_PEOPLE = may(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSTRUCTOR)
_SEES_PEOPLE = may(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR)
_KEEPS_ENTERPRISES = may(Role.ADMINISTRATOR, Role.PROGRAMME)
_HELPS_BACK_IN = may(Role.INSTRUCTOR, Role.CONTACT)
_ADMINISTRATOR = may(Role.ADMINISTRATOR)
_CONTACT = may(Role.CONTACT)
_WORDS_NOTICES = may(Role.ADMINISTRATOR, Role.PROGRAMME)

_DEMO: Table = {
    "people:demo_mail": Rule(get=EVERYONE),
    "people:demo_mail_message": Rule(get=EVERYONE),
}

TABLE: Table = {
    "people:account": Rule(get=SIGNED_IN),
    "people:profile": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "people:identity": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "people:identity_show": Rule(post=SIGNED_IN),
    "people:data": Rule(get=SIGNED_IN),
    "people:consents": Rule(post=SIGNED_IN),
    "people:ask_copy": Rule(post=SIGNED_IN),
    "people:copy": Rule(get=SIGNED_IN),
    "people:ask_erasure": Rule(post=SIGNED_IN),
    "people:take_back": Rule(post=SIGNED_IN),
    "people:agree": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "people:consent_now": Rule(get=EVERYONE),
    "people:consent_text": Rule(get=EVERYONE),
    "people:sessions": Rule(get=SIGNED_IN),
    "people:sessions_end": Rule(post=SIGNED_IN),
    "people:session_end": Rule(post=SIGNED_IN),
    "people:charges": Rule(get=_HELPS_BACK_IN),
    "people:charge_slip": Rule(get=_HELPS_BACK_IN, post=_HELPS_BACK_IN),
    "people:imports": Rule(get=_CONTACT, post=_CONTACT),
    "people:import_template": Rule(get=_CONTACT),
    "people:import": Rule(get=_CONTACT),
    "people:import_apply": Rule(post=_CONTACT),
    "people:import_drop": Rule(post=_CONTACT),
    "people:import_retry": Rule(post=_CONTACT),
    "people:import_refused": Rule(get=_CONTACT),
    "people:notices": Rule(get=SIGNED_IN),
    "people:notice_read": Rule(post=SIGNED_IN),
    "people:notice_choices": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "people:stop_letters": Rule(get=EVERYONE, post=EVERYONE),
    "people_hooks:mail": Rule(post=EVERYONE),
    "people:choose_secret": Rule(get=SIGNED_IN, post=SIGNED_IN),
    **(_DEMO if settings.DEMO else {}),
    # The back office
    "people_admin:people": Rule(get=_SEES_PEOPLE),
    "people_admin:person": Rule(get=_SEES_PEOPLE),
    "people_admin:identity_sight": Rule(post=_ADMINISTRATOR),
    "people_admin:close": Rule(post=_ADMINISTRATOR),
    "people_admin:reopen": Rule(post=_ADMINISTRATOR),
    "people_admin:erasure_asked": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:data_requests": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:data_request": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:data_answer": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:data_refuse": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:data_erase": Rule(post=_ADMINISTRATOR),
    "people_admin:duplicates": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:compare": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:merge": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:tell_apart": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:join": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:leave": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:grant": Rule(post=_ADMINISTRATOR),
    "people_admin:end": Rule(post=_ADMINISTRATOR),
    "people_admin:slip_new": Rule(get=_ENTERS_PEOPLE, post=_ENTERS_PEOPLE),
    "people_admin:slip_again": Rule(get=_ENTERS_PEOPLE, post=_ENTERS_PEOPLE),
    "people_admin:enterprises": Rule(get=_SEES_PEOPLE),
    "people_admin:enterprise_export": Rule(get=_SEES_PEOPLE),
    "people_admin:enterprise": Rule(get=_SEES_PEOPLE),
    "people_admin:enterprise_unit": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:contact_appoint": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:contact_end": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_duplicates": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_compare": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_merge": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_apart": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_add": Rule(get=_KEEPS_ENTERPRISES, post=_KEEPS_ENTERPRISES),
    "people_admin:enterprise_edit": Rule(get=_KEEPS_ENTERPRISES, post=_KEEPS_ENTERPRISES),
    "people_admin:imports": Rule(get=_KEEPS_ENTERPRISES, post=_KEEPS_ENTERPRISES),
    "people_admin:import_template": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:import": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:import_apply": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:import_drop": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:import_retry": Rule(post=_KEEPS_ENTERPRISES),
    "people_admin:import_refused": Rule(get=_KEEPS_ENTERPRISES),
    "people_admin:jobs": Rule(get=_ADMINISTRATOR),
    "people_admin:notices": Rule(get=_ADMINISTRATOR),
    "people_admin:notice_resend": Rule(post=_ADMINISTRATOR),
    "people_admin:refused": Rule(get=_WORDS_NOTICES),
    "people_admin:refused_lift": Rule(post=_WORDS_NOTICES),
    "people_admin:notice_texts": Rule(get=_WORDS_NOTICES),
    "people_admin:notice_text": Rule(get=_WORDS_NOTICES, post=_WORDS_NOTICES),
    "people_admin:notice_text_reset": Rule(post=_WORDS_NOTICES),
}
