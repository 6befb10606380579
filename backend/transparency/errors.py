"""What the log refuses, in words for people and codes for programs."""

from backend.kit.errors import DomainError, NotFound, Unavailable


class NoSuchEntry(NotFound):
    """The log has no such entry (yet)."""

    code = "no_such_entry"
    title = "Diesen Eintrag gibt es im Protokoll nicht"


class NotYetLogged(Unavailable):
    """The record is durable, but has no place in the log yet."""

    code = "not_yet_logged"
    title = "Der Eintrag steht gleich im Protokoll"


class RefusesToSign(DomainError):
    """The database does not extend what was signed last: a restored backup would fork the log."""

    code = "log_rollback"
    status = 503
    title = "Das Protokoll ist zum Schutz angehalten"
