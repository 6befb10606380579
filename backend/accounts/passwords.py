"""Passwords: argon2id, at least 12 characters, none of the obvious ones.

Source: RFC 9106 (argon2id, second recommended parameter set as in argon2-cffi's defaults); OWASP ASVS 5.0 6.2.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from backend.accounts.errors import WeakPassword

MIN_CHARS = 12
MAX_CHARS = 200
OBVIOUS = ("passwort", "password", "123456", "qwertz", "machmit", "rathaus", "gemeinde", "stadtrat", "sommer", "winter")
FILLERS = 4  # characters around an obvious word that do not make it better

_hasher = PasswordHasher()
_DUMMY = _hasher.hash("an unknown name takes as long as a known one")


def hash_password(password: str) -> str:
    """Return the argon2id hash. Raises: WeakPassword."""
    check_strength(password)
    return _hasher.hash(password)


def check_strength(password: str) -> None:
    """Refuse short passwords and obvious words with a few fillers. Raises: WeakPassword."""
    if not MIN_CHARS <= len(password) <= MAX_CHARS:
        detail = f"Ein Passwort braucht mindestens {MIN_CHARS} Zeichen. Am einfachsten sind vier Wörter hintereinander."
        raise WeakPassword(detail)
    lowered = password.lower()
    if any(word in lowered and len(lowered) - len(word) <= FILLERS for word in OBVIOUS):
        raise WeakPassword("Dieses Passwort errät man leicht. Am einfachsten sind vier Wörter hintereinander.")


def is_right(password_hash: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash; unknown names cost the same time."""
    try:
        matches = _hasher.verify(password_hash or _DUMMY, password[:MAX_CHARS])
    except (Argon2Error, InvalidHashError):
        return False
    return matches and password_hash is not None
