"""Which words of a word cloud people get to see: rulings of the office, and what is left of the count.

Guarantees: a word is shown only after somebody let it pass; merged spellings count together; the log says how many
were shown and hidden, never which. Refuses rulings before sealing and after publication (`InvalidTransition`), on
words nobody wrote, and hiding without a reason (`Invalid`).
Source: docs/algorithms/counting.md, "Words".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.ballots.models import CountRecordRow, WordRuling
from backend.kit.db import JsonDict
from backend.kit.errors import Invalid, NotFound
from backend.kit.uow import UnitOfWork
from backend.polls.errors import InvalidTransition
from backend.polls.models import PollRow
from backend.polls.queries import Poll, definition_of
from backend.polls.rules import is_moderated
from backend.polls.types import PollDefinition, PollState, PollType
from backend.transparency.intents import record
from backend.transparency.types import LogType

WORDS_MAX = 20_000  # a full hall of 5,000 with three words each, and room
RULINGS_MAX = 200  # on one page of the stage
RULED_IN = frozenset({PollState.SEALED, PollState.REVEALED})


class Outcome(StrEnum):
    """What becomes of a word."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    MERGED = "merged"


class HidingReason(StrEnum):
    """Why a word is not shown."""

    INSULT = "insult"
    PERSON = "person"
    OFF_TOPIC = "off_topic"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision. `shown_as` is the spelling a merged word counts under; `reason` why a word is hidden."""

    word: str
    outcome: Outcome
    shown_as: str | None = None
    reason: HidingReason | None = None


@dataclass(frozen=True, slots=True)
class WordCloud:
    """What may be shown: mentions per word, most frequent first; and how much is not."""

    shown: Mapping[str, int]
    hidden: int
    merged: int
    hidden_mentions: int


def word_cloud(mentions: Mapping[str, int], rulings: Mapping[str, Ruling]) -> WordCloud:
    """Apply rulings to counted words. A spelling merged into a word that is not shown is not shown either."""
    passed = {word for word, ruling in rulings.items() if ruling.outcome is Outcome.SHOWN and word in mentions}
    merged = {
        word: ruling.shown_as
        for word, ruling in rulings.items()
        if ruling.outcome is Outcome.MERGED and ruling.shown_as in passed and word in mentions
    }
    shown = {word: mentions[word] for word in passed}
    for word, target in merged.items():
        shown[str(target)] += mentions[word]
    hidden = [word for word in mentions if word not in passed and word not in merged]
    return WordCloud(
        shown=dict(sorted(shown.items(), key=lambda item: (-item[1], item[0].casefold(), item[0]))),
        hidden=len(hidden),
        merged=len(merged),
        hidden_mentions=sum(mentions[word] for word in hidden),
    )


async def rulings_of(session: AsyncSession, poll_id: str) -> dict[str, Ruling]:
    """Return what was decided, per word."""
    rows = await session.scalars(select(WordRuling).where(WordRuling.poll_id == poll_id).limit(WORDS_MAX))
    return {row.word: _ruling(row) for row in rows}


def mentions_of(definition: PollDefinition, totals: Mapping[str, int]) -> dict[str, int]:
    """Return the words of a count, most frequent first; its totals name abstention beside them."""
    return {word: number for word, number in totals.items() if word != definition.abstain_id}


async def public_words(session: AsyncSession, poll: Poll, totals: Mapping[str, int]) -> JsonDict:
    """Return what the public result says of a word cloud: only words that passed."""
    cloud = word_cloud(mentions_of(poll.definition, totals), await rulings_of(session, poll.id))
    return {
        "totals": dict(cloud.shown),
        "method": {"name": "sum", "standing": _standing(cloud.shown)},
        "by_channel": None,
        "withheld": None,
        "hidden": cloud.hidden,
        "hidden_mentions": cloud.hidden_mentions,
    }


async def rule_on_words(uow: UnitOfWork, row: PollRow, rulings: Sequence[Ruling], *, user_id: str) -> None:
    """Replace the rulings on these words of a locked poll. Raises: InvalidTransition, Invalid, NotFound."""
    if not is_moderated(PollType(row.type)) or len(rulings) > RULINGS_MAX:
        raise Invalid
    if PollState(row.state) not in RULED_IN:
        raise InvalidTransition(state=row.state)
    counted = await uow.session.get(CountRecordRow, row.id)
    if counted is None:
        raise NotFound
    mentions = mentions_of(definition_of(row), counted.content["totals"])
    _check(mentions, await rulings_of(uow.session, row.id), rulings)
    words = [ruling.word for ruling in rulings]
    await uow.session.execute(delete(WordRuling).where(WordRuling.poll_id == row.id, WordRuling.word.in_(words)))
    uow.session.add_all(
        WordRuling(
            poll_id=row.id,
            word=ruling.word,
            outcome=ruling.outcome,
            shown_as=ruling.shown_as,
            reason=ruling.reason,
            ruled_by=user_id,
            ruled_at=uow.now,
        )
        for ruling in rulings
    )
    await uow.session.flush()


async def log_moderation(uow: UnitOfWork, row: PollRow) -> None:
    """Say in the log how many words are shown and hidden; never which."""
    counted = await uow.session.get(CountRecordRow, row.id)
    mentions = mentions_of(definition_of(row), counted.content["totals"]) if counted else {}
    cloud = word_cloud(mentions, await rulings_of(uow.session, row.id))
    public: JsonDict = {
        "poll": row.id,
        "shown": len(cloud.shown),
        "merged": cloud.merged,
        "hidden": cloud.hidden,
        "mentions_shown": sum(cloud.shown.values()),
        "mentions_hidden": cloud.hidden_mentions,
    }
    await record(uow, LogType.WORDS_MODERATED, f"{row.id}:{uow.new_id()}", public=public)  # each time it changes


def _check(mentions: Mapping[str, int], known: Mapping[str, Ruling], rulings: Sequence[Ruling]) -> None:
    after = {**known, **{ruling.word: ruling for ruling in rulings}}
    for ruling in rulings:
        if ruling.word not in mentions or len({each.word for each in rulings}) != len(rulings):
            raise Invalid("Dieses Wort hat niemand geschrieben.")
        if ruling.outcome is Outcome.HIDDEN and ruling.reason is None:
            raise Invalid("Bitte sagen Sie, warum ein Wort nicht gezeigt wird.")
        if ruling.outcome is Outcome.MERGED:
            target = after.get(ruling.shown_as or "")
            if ruling.shown_as not in mentions or target is None or target.outcome is not Outcome.SHOWN:
                raise Invalid("Eine Schreibweise kann nur zu einem Wort gehören, das gezeigt wird.")


def _ruling(row: WordRuling) -> Ruling:
    reason = HidingReason(row.reason) if row.reason else None
    return Ruling(row.word, Outcome(row.outcome), row.shown_as, reason)


def _standing(shown: Mapping[str, int]) -> list[list[str]]:
    """Return the words by falling mentions, equally frequent ones together."""
    numbers = sorted(set(shown.values()), reverse=True)
    return [[word for word, number in shown.items() if number == each] for each in numbers]
