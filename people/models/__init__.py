"""Persons, enterprises, places, the province; notices and jobs."""

from people.models.enterprise import Enterprise, Membership, Sector
from people.models.person import Consent, PersonEvent, RoleGrant, User
from people.models.place import AdministrativeUnit
from people.models.province import Body, FundingSource, Programme, Province
from people.models.work import Job, Notice

__all__ = [
    "AdministrativeUnit",
    "Body",
    "Consent",
    "Enterprise",
    "FundingSource",
    "Job",
    "Membership",
    "Notice",
    "PersonEvent",
    "Programme",
    "Province",
    "RoleGrant",
    "Sector",
    "User",
]
