"""What the minutes' page shows: the figures of this moment, what was written to them, who signed, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.queries import Org, display_names, org_by_slug
from backend.accounts.types import Principal, Right
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import Meeting, get_meeting
from backend.minutes.closing_log import closing_log
from backend.minutes.facts import gather_facts
from backend.minutes.generate import generate
from backend.minutes.queries import WRITTEN_IN, Version, versions_of
from backend.minutes.rules import OWN, has_changed, next_own_key
from backend.minutes.types import MinutesState, Part, SignerRole, TextBlock
from backend.polls.errors import StaleVersion
from backend.runtime import Runtime
from moderation.diff import Piece, words_changed


@dataclass(frozen=True, slots=True)
class Block:
    """One place to write: beside a generated part, or a section of one's own."""

    key: str
    part: Part | None
    heading: str
    body: str

    @property
    def is_own(self) -> bool:
        """Tell whether a person added the section."""
        return self.part is None


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changed in one place."""

    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A version in the list: who saved it, what changed, whether the figures did."""

    version: Version
    author: str
    changes: tuple[Change, ...]
    has_new_figures: bool


@dataclass(frozen=True, slots=True)
class MinutesDesk:
    """The minutes of one meeting as a signed-in person sees them."""

    owner: Org
    meeting: Meeting
    blocks: tuple[Block, ...]
    steps: tuple[Step, ...]
    has_new_figures: bool
    may_chair: bool
    person: str

    @property
    def base(self) -> str:
        """Return where the pages of these minutes begin."""
        return f"/verwaltung/{self.owner.slug}/abende/{self.meeting.id}/niederschrift"

    @property
    def is_writable(self) -> bool:
        """Tell whether the meeting is over, so that minutes are written."""
        return self.meeting.state in WRITTEN_IN

    @property
    def latest(self) -> Version | None:
        """Return the newest version."""
        return self.steps[-1].version if self.steps else None

    @property
    def state(self) -> MinutesState:
        """Return where the newest version stands."""
        return self.latest.state if self.latest else MinutesState.DRAFT

    @property
    def missing(self) -> tuple[SignerRole, ...]:
        """Return the roles in which nobody has signed the newest version."""
        return tuple(role for role in SignerRole if self.latest and self.latest.signed_by(role) is None)

    @property
    def has_signed(self) -> bool:
        """Tell whether the person looking has signed the newest version."""
        return self.latest is not None and any(each.user_id == self.person for each in self.latest.signatures)

    def version(self, number: int) -> Version:
        """Return the newest version if it is this one. Raises: StaleVersion."""
        if self.latest is None or self.latest.number != number:
            raise StaleVersion(version=self.latest.number if self.latest else 0)
        return self.latest


async def desk_of(rt: Runtime, reader: UnitOfWork, principal: Principal, *, org: str, meeting_id: str) -> MinutesDesk:
    """Return the minutes of a meeting of this organisation. Raises: NotFound."""
    owner = await org_by_slug(reader.session, org)
    meeting = await get_meeting(reader.session, meeting_id)
    if meeting.org_id != owner.id:
        raise NotFound
    versions = await versions_of(reader.session, meeting_id)
    log = await closing_log(reader.session, rt.storage, rt.log.signer, meeting_id)
    parts = generate(await gather_facts(reader.session, meeting_id, log=log))
    names = await display_names(reader.session, {version.written_by for version in versions})
    texts = versions[-1].texts if versions else ()
    return MinutesDesk(
        owner=owner,
        meeting=meeting,
        blocks=_blocks(parts, texts),
        steps=_steps(versions, names),
        has_new_figures=bool(versions) and has_changed(parts, versions[-1].parts),
        may_chair=principal.may(Right.RUN_MEETING, owner.id),
        person=principal.user_id,
    )


def _blocks(parts: Sequence[Part], texts: Sequence[TextBlock]) -> tuple[Block, ...]:
    """Return the places to write, in reading order, with an empty one for another section."""
    written = {block.key: block for block in texts}
    generated = [Block(part.key, part, part.heading, _body(written, part.key)) for part in parts]
    own = [Block(block.key, None, block.heading, block.body) for block in texts if block.key.startswith(OWN)]
    return (*generated[:-1], *own, Block(next_own_key(texts), None, "", ""), *generated[-1:])


def _body(written: Mapping[str, TextBlock], key: str) -> str:
    return written[key].body if key in written else ""


def _steps(versions: Sequence[Version], names: Mapping[str, str]) -> tuple[Step, ...]:
    before: list[Version | None] = [None, *versions]
    return tuple(_step(former, version, names) for former, version in zip(before, versions, strict=False))


def _step(former: Version | None, version: Version, names: Mapping[str, str]) -> Step:
    old = {block.key: block for block in former.texts} if former else {}
    new = {block.key: block for block in version.texts}
    headings = {part.key: part.heading for part in version.parts}
    headings |= {block.key: block.heading for block in (*old.values(), *new.values()) if block.heading}
    changes = [
        Change(headings.get(key, key), tuple(words_changed(_body(old, key), _body(new, key))))
        for key in dict.fromkeys([*old, *new])
        if _body(old, key) != _body(new, key)
    ]
    has_new_figures = former is not None and has_changed(version.parts, former.parts)
    return Step(version, names.get(version.written_by, ""), tuple(changes), has_new_figures)
