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
from certificates.actions.bundle import KEPT, ask_bundle, drop_old_bundles, make_bundle
from certificates.actions.certificate import issue_completion, issue_consultant, revoke, withdraw
from certificates.actions.decision import decide

__all__ = [
    "KEPT",
    "add_evidence",
    "apply",
    "ask_bundle",
    "decide",
    "drop_old_bundles",
    "give_back",
    "issue_completion",
    "issue_consultant",
    "make_bundle",
    "propose",
    "remove_evidence",
    "revoke",
    "save_draft",
    "submit",
    "take_back",
    "withdraw",
]
