"""Why a sign-in is refused."""

from __future__ import annotations

from backend.kit.errors import Invalid, Unauthenticated


class BadCredentials(Unauthenticated):
    """Name or password is wrong; the answer does not say which."""

    code = "bad_credentials"
    title = "Name oder Passwort stimmt nicht"


class WeakPassword(Invalid):
    """Too short, or too common."""

    code = "weak_password"
    title = "Bitte wählen Sie ein längeres Passwort"
