"""Everything that is done to accounts, roles, enterprises, notices and jobs."""

from people.actions.accounts import (
    CONSENT_VERSION,
    Slip,
    add_login_email,
    add_person,
    choose_secret,
    consent,
    enter_with_slip,
    follow_email,
    issue_slip,
    sign_up,
    update_profile,
    withdraw_consent,
)
from people.actions.enterprises import join_enterprise, leave_enterprise, prepare_enterprise, save_enterprise
from people.actions.jobs import ask_job, beat_job, claim_job, end_job, requeue_jobs
from people.actions.notifying import give_up_stale_notices, notify, read_notice, send_notice
from people.actions.roles import end_role, grant_role

__all__ = [
    "CONSENT_VERSION",
    "Slip",
    "add_login_email",
    "add_person",
    "ask_job",
    "beat_job",
    "choose_secret",
    "claim_job",
    "consent",
    "end_job",
    "end_role",
    "enter_with_slip",
    "follow_email",
    "give_up_stale_notices",
    "grant_role",
    "issue_slip",
    "join_enterprise",
    "leave_enterprise",
    "notify",
    "prepare_enterprise",
    "read_notice",
    "requeue_jobs",
    "save_enterprise",
    "send_notice",
    "sign_up",
    "update_profile",
    "withdraw_consent",
]
