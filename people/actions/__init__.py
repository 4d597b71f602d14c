"""Everything that is done to accounts, roles, enterprises, notices and jobs."""

from people.actions.accounts import (
    Slip,
    add_login_email,
    add_person,
    choose_secret,
    close_account,
    enter_with_slip,
    follow_email,
    issue_slip,
    reopen_account,
    sign_up,
    update_profile,
)
from people.actions.choosing import choose_notices, stop_letters, stop_token, whose_letters
from people.actions.copies import ask_copy, drop_copy, drop_old_copies, make_copy
from people.actions.enterprises import (
    appoint_contact,
    end_contact,
    join_enterprise,
    leave_enterprise,
    move_to_unit,
    prepare_enterprise,
    save_enterprise,
    size_history,
)
from people.actions.erasing import erase_person, why_not_erase
from people.actions.history import note_enterprise
from people.actions.identity import see_identity, set_identity
from people.actions.import_reading import Lost, Outcome, Told
from people.actions.importing import (
    KEPT_FOR,
    apply_people,
    drop_people,
    forget_people,
    import_file,
    read_people,
    retry_people,
    take_in,
    upload_people,
)
from people.actions.invitations import invite
from people.actions.jobs import ask_job, beat_job, claim_job, end_job, requeue_jobs
from people.actions.merging import merge_people, tell_apart, why_not_merge
from people.actions.merging_enterprises import merge_enterprises, tell_enterprises_apart
from people.actions.notice_texts import check_notice_text, reset_notice_text, set_notice_text
from people.actions.notifying import Telling, notify, notify_all, read_notice
from people.actions.privacy import (
    answer_request,
    ask_erasure,
    consent,
    refuse_request,
    take_back_request,
    withdraw_consent,
)
from people.actions.refusing import lift_refusal, refuse_address, report_refusal
from people.actions.roles import end_role, grant_role
from people.actions.sending import give_up_stale_notices, resend_notice, send_notice
from people.actions.sessions import end_session, end_sessions

__all__ = [
    "KEPT_FOR",
    "Lost",
    "Outcome",
    "Slip",
    "Telling",
    "Told",
    "add_login_email",
    "add_person",
    "answer_request",
    "apply_people",
    "appoint_contact",
    "ask_copy",
    "ask_erasure",
    "ask_job",
    "beat_job",
    "check_notice_text",
    "choose_notices",
    "choose_secret",
    "claim_job",
    "close_account",
    "consent",
    "drop_copy",
    "drop_old_copies",
    "drop_people",
    "end_contact",
    "end_job",
    "end_role",
    "end_session",
    "end_sessions",
    "enter_with_slip",
    "erase_person",
    "follow_email",
    "forget_people",
    "give_up_stale_notices",
    "grant_role",
    "import_file",
    "invite",
    "issue_slip",
    "join_enterprise",
    "leave_enterprise",
    "lift_refusal",
    "make_copy",
    "merge_enterprises",
    "merge_people",
    "move_to_unit",
    "note_enterprise",
    "notify",
    "notify_all",
    "prepare_enterprise",
    "read_notice",
    "read_people",
    "refuse_address",
    "refuse_request",
    "reopen_account",
    "report_refusal",
    "requeue_jobs",
    "resend_notice",
    "reset_notice_text",
    "retry_people",
    "save_enterprise",
    "see_identity",
    "send_notice",
    "set_identity",
    "set_notice_text",
    "sign_up",
    "size_history",
    "stop_letters",
    "stop_token",
    "take_back_request",
    "take_in",
    "tell_apart",
    "tell_enterprises_apart",
    "update_profile",
    "upload_people",
    "whose_letters",
    "why_not_erase",
    "why_not_merge",
    "withdraw_consent",
]
