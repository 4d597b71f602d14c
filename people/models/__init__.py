"""Persons, enterprises, places, the province; notices and jobs."""

from people.models.enterprise import Enterprise, EnterpriseEvent, Membership, SaidApart, Sector
from people.models.imports import ImportRow, PeopleImport, PeopleImportEvent
from people.models.person import Consent, PersonEvent, RoleGrant, User
from people.models.place import AdministrativeUnit
from people.models.privacy import DataRequest, DataRequestEvent, SaidDistinct
from people.models.province import Body, FundingSource, Programme, Province
from people.models.work import Job, Notice, NoticeChoice, NoticeText, RefusedAddress

__all__ = [
    "AdministrativeUnit",
    "Body",
    "Consent",
    "DataRequest",
    "DataRequestEvent",
    "Enterprise",
    "EnterpriseEvent",
    "FundingSource",
    "ImportRow",
    "Job",
    "Membership",
    "Notice",
    "NoticeChoice",
    "NoticeText",
    "PeopleImport",
    "PeopleImportEvent",
    "PersonEvent",
    "Programme",
    "Province",
    "RefusedAddress",
    "RoleGrant",
    "SaidApart",
    "SaidDistinct",
    "Sector",
    "User",
]
