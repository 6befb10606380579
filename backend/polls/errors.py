"""Why a poll refuses. The codes are part of the public contract."""

from __future__ import annotations

from backend.kit.errors import Conflict, Invalid


class PollNotOpen(Conflict):
    """Nobody may vote at the moment."""

    code = "poll_not_open"
    title = "Diese Abstimmung ist gerade nicht offen"


class InvalidTransition(Conflict):
    """The state machine has no such step from here."""

    code = "invalid_transition"
    title = "Dieser Schritt ist jetzt nicht möglich"


class StaleVersion(Conflict):
    """Somebody else changed it in between."""

    code = "stale_version"
    title = "Jemand war schneller. Bitte schauen Sie sich den neuen Stand an"


class PaperOnly(Conflict):
    """A secret poll: votes come on paper only."""

    code = "paper_only"
    title = "Diese Abstimmung ist geheim und nur auf Papier möglich"


class ChannelClosed(Conflict):
    """The poll is not offered on this channel."""

    code = "channel_not_offered"
    title = "Hier können Sie über diese Frage nicht abstimmen"


class InvalidPoll(Invalid):
    """The definition cannot be voted on."""

    code = "invalid_poll"
    title = "So kann die Abstimmung nicht angelegt werden"
