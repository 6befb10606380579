"""Who answers for these pages: operator and municipalities, read from their imprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.accounts.queries import Org
from backend.web.frame import Contact, contact_of

NOBODY = "Die Betreiberin dieser Installation hat ihre Angaben noch nicht eingetragen."


@dataclass(frozen=True, slots=True)
class Responsible:
    """An organisation with everything an imprint names; empty fields are left out of pages."""

    name: str
    contact: Contact
    represented_by: str = ""
    legal_form: str = ""
    supervision: str = ""
    vat_id: str = ""
    editor: str = ""
    data_protection_officer: str = ""
    privacy_authority: str = ""


def responsible_for(organisations: Sequence[Org]) -> tuple[Responsible, tuple[Responsible, ...]]:
    """Return the operator (the topmost organisation) and the others with an address of their own."""
    ranked = sorted(organisations, key=lambda org: (org.parent_id is not None, org.name))
    if not ranked:
        return Responsible(NOBODY, Contact()), ()
    return _responsible(ranked[0]), tuple(_responsible(org) for org in ranked[1:] if org.imprint.get("street"))


def _responsible(org: Org) -> Responsible:
    def text(key: str) -> str:
        value = org.imprint.get(key)
        return value if isinstance(value, str) else ""

    return Responsible(
        name=org.name,
        contact=contact_of(org.imprint),
        represented_by=text("represented_by"),
        legal_form=text("legal_form"),
        supervision=text("supervision"),
        vat_id=text("vat_id"),
        editor=text("editor"),
        data_protection_officer=text("data_protection_officer"),
        privacy_authority=text("privacy_authority"),
    )
