"""Tables: organisations, places, staff, roles, sessions, tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.db import Base, Id, JsonDict, JsonList, Kind


class Organisation(Base):
    """A municipality or county: the tenant everything belongs to."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(Kind)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    ars: Mapped[str | None] = mapped_column(String(12))
    population: Mapped[int | None]
    n_min: Mapped[int] = mapped_column(default=50)
    imprint: Mapped[JsonDict]
    practice_of: Mapped[str | None] = mapped_column(Id)  # a sandbox of this organisation; nobody outside sees it


class Body(Base):
    """A council or committee that deliberates and decides."""

    __tablename__ = "body"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    classification: Mapped[str] = mapped_column(String(80))


class Place(Base):
    """A hall, library or foyer where people take part."""

    __tablename__ = "place"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(Kind)
    address: Mapped[str] = mapped_column(String(200))
    opening_hours: Mapped[str | None] = mapped_column(String(200))
    mentor_hours: Mapped[JsonList]
    seats: Mapped[int | None]
    step_free: Mapped[bool]
    induction_loop: Mapped[bool] = mapped_column(default=False)
    mobile_coverage: Mapped[str | None] = mapped_column(String(120))


class StaffUser(Base):
    """A person who works with the platform."""

    __tablename__ = "staff_user"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class RoleGrant(Base):
    """A role of a person in an organisation, perhaps only for a shift."""

    __tablename__ = "role_grant"

    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    org_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Kind, primary_key=True)
    expires_at: Mapped[datetime | None]


class StaffSession(Base):
    """A browser sign-in; only the hash of the cookie is kept."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token for programs; it acts as the person it was made for."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("staff_user.id"), index=True)
    org_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
