"""Why minutes cannot be written, signed or published just now."""

from __future__ import annotations

from backend.kit.errors import Conflict


class NotClosed(Conflict):
    """Minutes are written after the end."""

    code = "meeting_not_closed"
    title = "Die Niederschrift beginnt, wenn die Versammlung geschlossen ist"


class PollsUnfinished(Conflict):
    """A poll is still open or not counted."""

    code = "polls_unfinished"
    title = "Eine Abstimmung ist noch nicht abgeschlossen"


class FiguresChanged(Conflict):
    """What happened is told differently by now than in this version."""

    code = "figures_changed"
    title = "Seit dieser Fassung haben sich Zahlen geändert. Bitte speichern Sie eine neue Fassung"


class AlreadySigned(Conflict):
    """One person, one signature; one role, one person."""

    code = "already_signed"
    title = "Diese Unterschrift gibt es schon. Es unterschreiben zwei verschiedene Personen"


class NotSigned(Conflict):
    """Only what two people signed is published."""

    code = "not_signed"
    title = "Es fehlen noch Unterschriften"


class NothingChanged(Conflict):
    """A new version says something new."""

    code = "nothing_changed"
    title = "Es hat sich nichts geändert. Die Fassung bleibt, wie sie ist"
