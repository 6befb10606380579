"""What stands around every page: whose page it is, how to reach them, and where the menus lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

Imprint = Mapping[str, object]


class OrganisationRow(Protocol):
    """What a page needs from an organisation, whoever stores it."""

    @property
    def slug(self) -> str: ...  # noqa: D102 - the name says it

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def short_name(self) -> str: ...  # noqa: D102

    @property
    def imprint(self) -> Mapping[str, object]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Contact:
    """How people reach an organisation; empty fields are left out of pages."""

    desk: str = ""
    street: str = ""
    town: str = ""
    hours: str = ""
    phone: str = ""
    email: str = ""

    @property
    def phone_link(self) -> str:
        """Return the `tel:` address with the German country code."""
        digits = "".join(sign for sign in self.phone if sign.isdigit())
        return f"tel:+49{digits.removeprefix('0')}" if digits else ""


@dataclass(frozen=True, slots=True)
class OrgView:
    """An organisation as pages show it."""

    slug: str
    name: str
    short_name: str
    contact: Contact = field(default_factory=Contact)
    crest: str | None = None  # an asset of ours or an address here; uploads are raster pictures
    accent: str | None = None  # six hex digits; checked in backend.web.accent
    links: tuple[tuple[str, str], ...] = ()  # help offers in the footer: label, address


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the office menu."""

    label: str
    href: str
    is_current: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Workplace:
    """One organisation in the office's organisation switch."""

    name: str
    note: str
    href: str
    is_current: bool = False
    is_sandbox: bool = False


def org_view(row: OrganisationRow) -> OrgView:
    """Return the view of an organisation; unknown keys of its imprint are ignored."""
    imprint = row.imprint
    return OrgView(
        slug=row.slug,
        name=row.name,
        short_name=row.short_name,
        contact=contact_of(imprint),
        crest=_text(imprint, "crest") or None,
        accent=_text(imprint, "accent") or None,
        links=_links(imprint.get("links")),
    )


def contact_of(imprint: Imprint) -> Contact:
    """Return the contact of an imprint."""
    town = " ".join(part for part in (_text(imprint, "postcode"), _text(imprint, "town")) if part)
    return Contact(
        desk=_text(imprint, "desk"),
        street=_text(imprint, "street"),
        town=town,
        hours=_text(imprint, "hours"),
        phone=_text(imprint, "phone"),
        email=_text(imprint, "email"),
    )


def _text(imprint: Imprint, key: str) -> str:
    value = imprint.get(key)
    return value if isinstance(value, str) else ""


def _links(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        return ()
    rows = [entry for entry in value if isinstance(entry, dict)]
    pairs = [(str(row.get("label", "")), str(row.get("href", ""))) for row in rows]
    return tuple((label, href) for label, href in pairs if label and href.startswith(("https://", "/")))
