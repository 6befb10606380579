"""Looking through the words of a hall before publishing: show, hide with a reason, put spellings together.

Guarantees: a page of words at a time, most frequent first; what was not decided stays hidden. The rules are
backend.ballots.words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, ConfigDict, Field

from backend.accounts.types import Principal
from backend.ballots.lifecycle import moderate_words
from backend.ballots.results import count_record
from backend.ballots.words import RULED_IN, HidingReason, Outcome, Ruling, mentions_of, rulings_of, word_cloud
from backend.kit.errors import NotFound
from backend.kit.uow import UnitOfWork
from backend.meetings.queries import get_meeting
from backend.polls.choices import WORD_LENGTH_MAX
from backend.polls.queries import get_poll
from backend.polls.rules import is_moderated
from backend.runtime import Runtime
from backend.web.forms import read_form
from backend.web.rendering import page, translator_of
from backend.web.security import PERSONAL
from moderation.office import office_of
from moderation.stage.carry_out import AnyRequest, carry_out, rejected
from moderation.stage.pages import BASE, HOST

PATH = f"{BASE}/abstimmung/{{poll_id:str}}/woerter"
SECTION = "/abende"
OPT = {"access": HOST, "policy": PERSONAL}
PAGE_WORDS = 60
TARGETS_MAX = 20
OPEN, SHOW, HIDE, MERGE = "offen", "zeigen", "weg:", "zu:"

WordText = Annotated[str, Field(max_length=WORD_LENGTH_MAX)]
Verdict = Annotated[str, Field(max_length=WORD_LENGTH_MAX + len(MERGE))]


class RulingsForm(BaseModel):
    """The words of one page with what becomes of each; `alle` shows those still open."""

    model_config = ConfigDict(extra="forbid")

    wort: list[WordText] = Field(default_factory=list, max_length=PAGE_WORDS)
    urteil: list[Verdict] = Field(default_factory=list, max_length=PAGE_WORDS)
    seite: Annotated[int, Field(ge=1, le=1_000)] = 1
    alle: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One word with its mentions and what was decided, as the form says it."""

    word: str
    mentions: int
    verdict: str


@get(PATH, opt=OPT, include_in_schema=False)
async def show_words(
    request: AnyRequest, org: str, meeting_id: str, poll_id: str, reader: UnitOfWork, principal: Principal
) -> Response[str]:
    """Show one page of words."""
    office = await office_of(request, reader, principal, org=org, section=SECTION)
    poll = await get_poll(reader.session, poll_id)
    meeting = await get_meeting(reader.session, meeting_id)
    if poll.meeting_id != meeting_id or meeting.org_id != office.owner.id or not is_moderated(poll.definition.type):
        raise NotFound
    mentions = mentions_of(poll.definition, (await count_record(reader.session, poll_id))["totals"])
    rulings = await rulings_of(reader.session, poll_id)
    number = _page_number(request.query_params.get("seite", ""), len(mentions))
    lines = [Line(word, count, _verdict(rulings.get(word))) for word, count in mentions.items()]
    return page(
        request,
        "staff/stage/words.html",
        status_code=200,
        base=f"/verwaltung/{office.owner.slug}",
        meeting=meeting,
        poll=poll,
        here=request.url.path,
        lines=lines[(number - 1) * PAGE_WORDS : number * PAGE_WORDS],
        targets=list(mentions)[:TARGETS_MAX],
        number=number,
        pages=_pages(len(mentions)),
        cloud=word_cloud(mentions, rulings),
        waiting=len(mentions.keys() - rulings.keys()),
        is_open=poll.state in RULED_IN,
        **office.context(),
    )


@post(PATH, opt=OPT, status_code=200, include_in_schema=False)
async def rule(
    request: AnyRequest, org: str, meeting_id: str, poll_id: str, rt: Runtime, principal: Principal
) -> Redirect:
    """Decide about the words of one page."""
    form = await read_form(request, RulingsForm)
    given, back = form.value, f"/verwaltung/{org}/regie/{meeting_id}/abstimmung/{poll_id}/woerter"
    if given is None:
        return rejected(request, form, back=back)

    async def act(uow: UnitOfWork) -> None:
        if (await get_poll(uow.session, poll_id)).meeting_id != meeting_id:
            raise NotFound
        decided = rulings_from(given, await rulings_of(uow.session, poll_id))
        await moderate_words(uow, poll_id, decided, user_id=principal.user_id)

    said = translator_of(request).gettext("Gespeichert. Gezeigt werden nur die Wörter, die Sie freigegeben haben.")
    return await carry_out(request, rt, act, back=f"{back}?seite={given.seite}", said=said)


def rulings_from(given: RulingsForm, known: dict[str, Ruling]) -> list[Ruling]:
    """Return what a form decides; a word others are merged into is shown unless it was hidden."""
    verdicts = dict(zip(given.wort, given.urteil, strict=False))
    if given.alle:
        verdicts = {word: SHOW if verdict == OPEN else verdict for word, verdict in verdicts.items()}
    decided = {word: _ruling(word, verdict) for word, verdict in verdicts.items() if verdict != OPEN}
    targets = {ruling.shown_as for ruling in decided.values() if ruling.shown_as}
    for word in targets - decided.keys() - known.keys():
        decided[word] = Ruling(word, Outcome.SHOWN)
    return list(decided.values())


def _ruling(word: str, verdict: str) -> Ruling:
    if verdict.startswith(MERGE):
        return Ruling(word, Outcome.MERGED, shown_as=verdict.removeprefix(MERGE))
    if verdict.startswith(HIDE):
        reason = verdict.removeprefix(HIDE)
        return Ruling(word, Outcome.HIDDEN, reason=HidingReason(reason) if reason in set(HidingReason) else None)
    return Ruling(word, Outcome.SHOWN)


def _verdict(ruling: Ruling | None) -> str:
    if ruling is None:
        return OPEN
    spelt = {Outcome.SHOWN: SHOW, Outcome.HIDDEN: f"{HIDE}{ruling.reason}", Outcome.MERGED: f"{MERGE}{ruling.shown_as}"}
    return spelt[ruling.outcome]


def _pages(words: int) -> int:
    return max(1, -(-words // PAGE_WORDS))


def _page_number(text: str, words: int) -> int:
    return min(max(1, int(text)), _pages(words)) if text.isdecimal() and len(text) < 5 else 1  # noqa: PLR2004


routes = [show_words, rule]
