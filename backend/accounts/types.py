"""Roles, rights and the signed-in person. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

OrgId = NewType("OrgId", str)
UserId = NewType("UserId", str)


class Role(StrEnum):
    """What a person is in one organisation."""

    ADMIN = "admin"
    HOST = "host"
    DOOR = "door"
    TELLER = "teller"
    MODERATOR = "moderator"
    EDITOR = "editor"
    MENTOR = "mentor"
    TRUSTEE = "trustee"
    COUNCIL = "council"


class Right(StrEnum):
    """One thing a role may allow."""

    SEE_OFFICE = "see_office"
    MANAGE_ORGANISATION = "manage_organisation"
    RUN_MEETING = "run_meeting"
    ISSUE_CARDS = "issue_cards"
    COUNT_PAPER = "count_paper"
    CONFIRM_RESULT = "confirm_result"
    SEE_COUNT_RECORD = "see_count_record"
    WRITE_MINUTES = "write_minutes"
    MODERATE = "moderate"
    RECORD_INPUT = "record_input"
    EDIT_PROCEDURE = "edit_procedure"
    WEIGH = "weigh"
    MANAGE_DEVICES = "manage_devices"
    SEE_COUNCIL = "see_council"


_EVERYONE = frozenset({Right.SEE_OFFICE})

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMIN: _EVERYONE | {Right.MANAGE_ORGANISATION, Right.MANAGE_DEVICES, Right.SEE_COUNT_RECORD},
    Role.HOST: _EVERYONE
    | {
        Right.RUN_MEETING,
        Right.ISSUE_CARDS,
        Right.CONFIRM_RESULT,
        Right.SEE_COUNT_RECORD,
        Right.WRITE_MINUTES,
        Right.MANAGE_DEVICES,
    },
    Role.DOOR: _EVERYONE | {Right.ISSUE_CARDS},
    Role.TELLER: _EVERYONE
    | {
        Right.ISSUE_CARDS,
        Right.COUNT_PAPER,
        Right.CONFIRM_RESULT,
        Right.SEE_COUNT_RECORD,
        Right.WRITE_MINUTES,
    },
    Role.MODERATOR: _EVERYONE | {Right.MODERATE},
    Role.EDITOR: _EVERYONE | {Right.EDIT_PROCEDURE, Right.WEIGH, Right.RECORD_INPUT, Right.WRITE_MINUTES},
    Role.MENTOR: _EVERYONE | {Right.RECORD_INPUT},
    Role.TRUSTEE: _EVERYONE,
    Role.COUNCIL: _EVERYONE | {Right.SEE_COUNCIL},
}


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person with the rights each organisation gives them."""

    user_id: UserId
    name: str
    display_name: str
    roles: frozenset[tuple[OrgId, Role]]
    session_id: str | None = None

    def may(self, right: Right, org_id: str) -> bool:
        """Tell whether one of the person's roles in `org_id` carries the right."""
        return any(org == org_id and right in ROLE_RIGHTS[role] for org, role in self.roles)

    def roles_in(self, org_id: str) -> list[Role]:
        """Return the person's roles in one organisation, in a stable order."""
        return sorted(role for org, role in self.roles if org == org_id)

    @property
    def org_ids(self) -> list[OrgId]:
        """Return the organisations the person works for."""
        return sorted({org for org, _ in self.roles})


STATES: Mapping[str, str] = MappingProxyType(
    {
        "01": "SH",
        "02": "HH",
        "03": "NI",
        "04": "HB",
        "05": "NW",
        "06": "HE",
        "07": "RP",
        "08": "BW",
        "09": "BY",
        "10": "SL",
        "11": "BE",
        "12": "BB",
        "13": "MV",
        "14": "SN",
        "15": "ST",
        "16": "TH",
    }
)
"""The first two digits of a regional key (ARS) to the state as in ISO 3166-2:DE."""


def state_of(ars: str | None) -> str | None:
    """Return the state an organisation lies in by its regional key, or None without one."""
    return STATES.get((ars or "")[:2])
