"""Which numbers may be shown without telling how single people voted.

For:        results, live bars and open data; the count record of the staff shows everything.
Guarantees: channels are shown all or none – a single hidden one could be subtracted; no
            provisional result from which the final one would reveal the paper; every withheld
            number has a named reason.
Source:     docs/algorithms/counting.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.polls.rules import is_moderated
from backend.polls.types import Channel, PollType
from backend.tally.count import Count

N_MIN_DEFAULT: Final = 50
N_MIN_LOWEST: Final = 5
INTERIM_HELD_BACK: Final = 10
"""The newest ballots a live bar does not show yet."""
INTERIM_STEP: Final = 5


class Withheld(StrEnum):
    """Why a number is not shown."""

    TOO_FEW = "too_few"
    UNANIMOUS = "unanimous"
    OUTSTANDING_TOO_FEW = "outstanding_too_few"
    MODERATED = "moderated"


@dataclass(frozen=True, slots=True)
class ByChannel:
    """The counts to show per channel; None when merged into the total, with the reason."""

    counts: Mapping[Channel, Count] | None
    withheld: Withheld | None


def show_channels(counts: Mapping[Channel, Count], n_min: int) -> ByChannel:
    """Decide whether results per channel may be shown beside the total.

    A channel nobody used is left out. It hides nothing: the cards used per channel are public.
    """
    used = {channel: each for channel, each in counts.items() if each.ballots}
    if any(each.ballots < n_min for each in used.values()):
        return ByChannel(None, Withheld.TOO_FEW)
    if any(each.unanimous for each in used.values()):
        return ByChannel(None, Withheld.UNANIMOUS)
    return ByChannel(used, None)


def withheld_provisional(outstanding: Mapping[Channel, int], n_min: int) -> Withheld | None:
    """Return why no provisional result may be shown, None if it may.

    `outstanding` is how many ballots each channel not yet counted may still bring. Fewer than
    `n_min` could be read off as final minus provisional; then only the turnout is shown.
    """
    if any(number < n_min for number in outstanding.values()):
        return Withheld.OUTSTANDING_TOO_FEW
    return None


def withheld_so_far(counted: Count, n_min: int) -> Withheld | None:
    """Return why what is counted so far may not be shown beside a later total, None if it may.

    It is a channel like any other: subtracted from the final result it leaves the rest.
    """
    if counted.ballots < n_min:
        return Withheld.TOO_FEW
    return Withheld.UNANIMOUS if counted.unanimous else None


def withheld_openings(poll_type: PollType, ballots: int, n_min: int) -> Withheld | None:
    """Return why the single ballots are not published, None if they are.

    Those of yes/no and single choice say no more than the totals. Words are people's own text: a list of all
    would publish what moderation hid, and a list without some would be no proof.
    """
    if is_moderated(poll_type):
        return Withheld.MODERATED
    if poll_type in {PollType.YESNO, PollType.SINGLE} or ballots >= n_min:
        return None
    return Withheld.TOO_FEW


def interim_size(cast: int, shown: int) -> int:
    """Return how many of the oldest ballots live bars show, given how many they show now."""
    settled = cast - INTERIM_HELD_BACK
    return settled if settled - shown >= INTERIM_STEP else shown
