"""Errors that people and programs may see.

Each carries a stable `code`, an HTTP `status`, a German `title` and a sentence that says what to do.
They are mapped once, at the edge (RFC 9457 for programs, a page for people, a frame on sockets).
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """Refuse an action for a reason that may be told to whoever asked."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Das geht so nicht"

    def __init__(self, detail: str = "", **extra: object) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = extra


class Invalid(DomainError):
    """The request is malformed: fields missing, too long or of the wrong kind."""

    code = "invalid"
    status = 422
    title = "Bitte prüfen Sie Ihre Angaben"


class Unauthenticated(DomainError):
    """Nobody is signed in."""

    code = "not_signed_in"
    status = 401
    title = "Bitte melden Sie sich an"


class Forbidden(DomainError):
    """Known, but not allowed."""

    code = "forbidden"
    status = 403
    title = "Dafür fehlt Ihnen das Recht"


class NotFound(DomainError):
    """No such thing, or not visible to whoever asked."""

    code = "not_found"
    status = 404
    title = "Das haben wir nicht gefunden"


class Conflict(DomainError):
    """The request was understood, but the present state does not allow it."""

    code = "conflict"
    status = 409
    title = "Das passt nicht zum jetzigen Stand"


class Unavailable(DomainError):
    """Too busy just now; `retry_after_s` says when to come back."""

    code = "unavailable"
    status = 503
    title = "Gerade ist sehr viel los"

    def __init__(self, detail: str = "", *, retry_after_s: int = 2, **extra: object) -> None:
        super().__init__(detail or "Bitte versuchen Sie es in ein paar Sekunden noch einmal.", **extra)
        self.retry_after_s = retry_after_s


class TooMany(DomainError):
    """A limit on attempts was reached."""

    code = "too_many_attempts"
    status = 429
    title = "Zu viele Versuche"

    def __init__(self, detail: str = "", *, retry_after_s: int = 60, **extra: object) -> None:
        super().__init__(detail or "Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.", **extra)
        self.retry_after_s = retry_after_s
