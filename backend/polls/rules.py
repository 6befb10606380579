"""The life of a poll as data. Pure.

`draft → ready → open → closing → closed → counting → sealed → revealed → published`; side exits `cancelled`
(before counting; never counted), `void` (after sealing, with reason) and `no_result`.
Source: docs/flow.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from types import MappingProxyType

from backend.polls.types import Channel, Grade, InvalidDefinition, PollDefinition, PollState, PollType

_S = PollState

TRANSITIONS = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.READY}),
        _S.READY: frozenset({_S.OPEN, _S.CANCELLED}),
        _S.OPEN: frozenset({_S.CLOSING, _S.CANCELLED}),
        _S.CLOSING: frozenset({_S.CLOSED, _S.CANCELLED}),
        _S.CLOSED: frozenset({_S.COUNTING, _S.CANCELLED}),
        _S.COUNTING: frozenset({_S.SEALED}),
        _S.SEALED: frozenset({_S.REVEALED, _S.VOID, _S.NO_RESULT}),
        _S.REVEALED: frozenset({_S.PUBLISHED, _S.VOID}),
        _S.PUBLISHED: frozenset({_S.VOID}),
        _S.CANCELLED: frozenset[PollState](),
        _S.VOID: frozenset[PollState](),
        _S.NO_RESULT: frozenset[PollState](),
    }
)

SHEET_COLUMNS_MAX = 12  # numbers a person can tell apart in one row of circles
"""A grid with more columns is no sheet; kiosks are the way for people without a phone then."""

GRACE = timedelta(seconds=6)  # ballots in flight when the host closes
LAST_CALL = timedelta(seconds=60)

_LIVE = frozenset({_S.OPEN, _S.CLOSING})
_PAPER = _LIVE | {_S.CLOSED, _S.COUNTING}
ENDED = frozenset({_S.SEALED, _S.REVEALED, _S.PUBLISHED, _S.CANCELLED, _S.VOID, _S.NO_RESULT})
SHOWN = frozenset({_S.REVEALED, _S.PUBLISHED})
UNSEALED = frozenset({_S.CLOSED, _S.COUNTING})  # nobody votes by phone any more, paper may be outstanding
UNSHOWN = UNSEALED | {_S.SEALED}
NEEDS_REASON = frozenset({_S.CANCELLED, _S.VOID, _S.NO_RESULT})


def has_sheet(definition: PollDefinition) -> bool:
    """Tell whether the question has a paper form: crosses in circles. Handwriting is not read by machines."""
    match definition.type:
        case PollType.WORDS:
            return False
        case PollType.SCORE:
            return definition.limit < SHEET_COLUMNS_MAX  # nought is a column
        case PollType.CUMULATIVE | PollType.RANKING:
            return definition.limit <= SHEET_COLUMNS_MAX
        case PollType.SCALE:
            return len(definition.scale) <= SHEET_COLUMNS_MAX
        case _:
            return True


def is_moderated(type_: PollType) -> bool:
    """Tell whether ballots are people's own text: nothing of it is public before somebody let it pass."""
    return type_ is PollType.WORDS


def channels_of(definition: PollDefinition, wanted: Collection[Channel] | None) -> frozenset[Channel]:
    """Return the ways a poll is voted on; None asks for all there are.

    A secret ballot is on paper only. Raises: InvalidDefinition for paper where there is no sheet.
    """
    allowed = frozenset(Channel) if has_sheet(definition) else frozenset(Channel) - {Channel.PAPER}
    chosen = {Channel.PAPER} if definition.grade is Grade.SECRET else allowed if wanted is None else set(wanted)
    if not chosen <= allowed:
        raise InvalidDefinition(f"expected no paper in a {definition.type} poll, it has no sheet")
    return frozenset(chosen)


def may_follow(state: PollState, target: PollState) -> bool:
    """Tell whether the state machine has a step from `state` to `target`."""
    return target in TRANSITIONS[state]


def accepts_ballots(state: PollState, channel: Channel) -> bool:
    """Tell whether a ballot of this channel may still enter the box.

    Phones and kiosks vote while the poll is open or closing; sheets are scanned until counting ends.
    """
    return state in (_PAPER if channel is Channel.PAPER else _LIVE)


def may_issue_sheets(state: PollState, *, on_paper: bool = False) -> bool:
    """Tell whether a card may be exchanged for a paper ballot; a poll that goes on by paper has only that left."""
    return state in {_S.READY, _S.OPEN} or (on_paper and state in {_S.CLOSING, _S.CLOSED})


def may_exchange_sheets(state: PollState, *, on_paper: bool = False) -> bool:
    """Tell whether a spoilt sheet may be exchanged and an unused one returned."""
    return state is _S.CLOSING or may_issue_sheets(state, on_paper=on_paper)
