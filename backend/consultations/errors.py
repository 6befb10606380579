"""What the actions of this package refuse, with a sentence that says what to do instead."""

from __future__ import annotations

from backend.kit.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownConsultation(NotFound):
    """No such procedure, or not visible to whoever asked."""

    code = "unknown_consultation"
    title = "Diese Beteiligung gibt es nicht"


class UnknownContribution(NotFound):
    """No contribution with this reference."""

    code = "unknown_contribution"
    title = "Diesen Beitrag gibt es nicht"


class UnknownReceipt(NotFound):
    """The receipt code fits no contribution."""

    code = "unknown_receipt"
    title = "Zu diesem Code haben wir nichts gefunden"


class MalformedReceipt(Invalid):
    """The text is no receipt code."""

    code = "malformed_receipt"
    title = "Das ist kein Quittungscode"


class UnknownTopic(NotFound):
    """No such topic."""

    code = "unknown_topic"
    title = "Dieses Thema gibt es nicht"


class NotReady(Conflict):
    """A procedure lacks something that must be settled before it is published."""

    code = "not_ready"
    title = "Vor dem Veröffentlichen fehlt noch etwas"


class StaleVersion(Conflict):
    """Somebody else changed it meanwhile."""

    code = "stale_version"
    title = "Jemand hat das inzwischen geändert"


class InvalidTransition(Conflict):
    """The present state does not allow this step."""

    code = "invalid_transition"
    title = "Das geht im jetzigen Stand nicht"


class WritingClosed(Conflict):
    """No phase lets the public write today."""

    code = "writing_closed"
    title = "Gerade können Sie hier nicht schreiben"


class NotVisible(Conflict):
    """The contribution is not public, so it cannot be supported or answered."""

    code = "not_visible"
    title = "Dieser Beitrag ist nicht öffentlich"


class AlreadyDone(Conflict):
    """The step was taken before."""

    code = "already_done"
    title = "Das ist schon geschehen"


class TooLate(Conflict):
    """The deadline has passed."""

    code = "too_late"
    title = "Die Frist ist vorbei"


class SamePerson(Forbidden):
    """A second person is needed."""

    code = "same_person"
    title = "Das muss eine andere Person tun"


class TextMissing(Invalid):
    """There is no text."""

    code = "text_missing"
    title = "Bitte schreiben Sie Ihren Gedanken auf"


class TextTooLong(Invalid):
    """The text is longer than the limit."""

    code = "text_too_long"
    title = "Der Text ist zu lang"


class ReasonMissing(Invalid):
    """A decision without rule or facts."""

    code = "reason_missing"
    title = "Bitte nennen Sie die Regel und die Stelle"


class ReceiptTaken(Conflict):
    """A printed receipt code was used for another contribution."""

    code = "receipt_taken"
    title = "Dieser Quittungscode gehört schon zu einem anderen Beitrag"
