"""What roles are called."""

from __future__ import annotations

from backend.accounts.types import Role

ROLE_NAMES = {
    Role.ADMIN: "Leitung",
    Role.HOST: "Regie",
    Role.DOOR: "Einlass",
    Role.TELLER: "Zähltisch",
    Role.MODERATOR: "Moderation",
    Role.EDITOR: "Sachbearbeitung",
    Role.MENTOR: "Plattformpatin",
    Role.TRUSTEE: "Datentreuhand",
    Role.COUNCIL: "Rat",
}
