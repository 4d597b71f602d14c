"""Everything that is done to applications, decisions and certificates."""

from certificates.actions.application import (
    add_evidence,
    apply,
    give_back,
    propose,
    remove_evidence,
    save_draft,
    submit,
    take_back,
)
from certificates.actions.certificate import issue_completion, issue_consultant, revoke, withdraw
from certificates.actions.decision import decide

__all__ = [
    "add_evidence",
    "apply",
    "decide",
    "give_back",
    "issue_completion",
    "issue_consultant",
    "propose",
    "remove_evidence",
    "revoke",
    "save_draft",
    "submit",
    "take_back",
    "withdraw",
]
