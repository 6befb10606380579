"""The projector: `/beamer/{token}`, a passive screen for everybody in the hall.

The token in the address is the whole permission: it names one meeting and ends with the evening, or when the host
signs all screens off. Guarantees: shows nothing that the public state does not hold; works without scripts by
reloading itself; never stored by a cache.
Refuses forged, expired, ended and other tokens (`ProjectorEnded`). Source: docs/contract.md, "Pages".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from backend.accounts.queries import any_org_by_slug
from backend.kit.db import JsonDict
from backend.kit.uow import UnitOfWork
from backend.live.frames import Role
from backend.live.projector_result import WORDS_MAX, ResultFace, result_face
from backend.meetings import live_state
from backend.meetings.live_tokens import InvalidLiveToken, LiveToken, read_live_token
from backend.meetings.queries import get_meeting
from backend.meetings.rules import SpeakingClock
from backend.meetings.screens import RevealStep, Screen, Shown, answers_of, shown_to_hall
from backend.runtime import Runtime
from backend.transparency.queries import newest_year, published_checkpoint
from backend.web.access import PUBLIC
from backend.web.rendering import page
from backend.web.security import FRAMED_HERE
from printables import qr

AnyRequest = Request[Any, Any, Any]
POLICY = replace(FRAMED_HERE, is_personal=True)
CHANNELS = ("phone", "kiosk", "paper")


class ProjectorEnded(InvalidLiveToken):
    """The address of this screen is forged, too old, or the host signed all screens off."""

    code = "projector_ended"
    title = "Die Adresse dieser Leinwand gilt nicht mehr. Öffnen Sie die Leinwand neu aus der Regie"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol as one SVG path in its box, the quiet margin included."""

    box: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """The newest published checkpoint: the signed note to photograph, four groups to read aloud."""

    symbol: Symbol
    groups: tuple[str, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class Talk:
    """The clock of whoever speaks; `ends` while it runs. `share` of the time that is left, in per cent."""

    left_s: int
    share: int
    ends: str | None


@get("/beamer/{token:str}", opt={"access": PUBLIC, "policy": POLICY}, include_in_schema=False)
async def show_projector(request: AnyRequest, token: str, rt: Runtime, reader: UnitOfWork) -> Response[str]:
    """Show what the hall sees now."""
    pass_ = _pass(rt, token, reader.now)
    if pass_.subject != str((await get_meeting(reader.session, pass_.meeting_id)).projector_series):
        raise ProjectorEnded
    state = await live_state.state(reader.session, pass_.meeting_id)
    shown = shown_to_hall(state)
    org = await any_org_by_slug(reader.session, state["meeting"]["org"])
    return page(
        request,
        "live/beamer/page.html",
        surface="beamer",
        token=token,
        state=state,
        shown=shown,
        answers=answers_of(shown.poll) if shown.poll else (),
        face=_face(shown),
        words_max=WORDS_MAX,
        left=_left(shown, reader.now),
        talk=_talk(state["speakers"]["now"], reader.now) if shown.screen is Screen.TALK else None,
        join=_join(rt.settings.public_url, state["meeting"]) if shown.screen is Screen.JOIN else None,
        wifi=str(org.imprint.get("wifi", "")),
        checksum=await _checksum(rt, reader) if shown.screen in {Screen.CHECKSUM, Screen.OVER} else None,
        is_all_confirmed=_is_all_confirmed(state),
        site=_bare(rt.settings.public_url),
        channels=CHANNELS,
    )


def _pass(rt: Runtime, token: str, now: datetime) -> LiveToken:
    """Return what the address says. Raises: ProjectorEnded."""
    try:
        pass_ = read_live_token(rt.keyring.session, token, now)
    except InvalidLiveToken as error:
        raise ProjectorEnded from error
    if pass_.role != Role.PROJECTOR:
        raise ProjectorEnded
    return pass_


def symbol(text: str) -> Symbol:
    """Return the QR symbol of a text. Raises: QrTooLong."""
    modules = qr.matrix(text)
    size = len(modules) + 2 * qr.QUIET_MODULES
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in qr.runs(modules))
    return Symbol(f"{-qr.QUIET_MODULES} {-qr.QUIET_MODULES} {size} {size}", path, text)


def _face(shown: Shown) -> ResultFace | None:
    if shown.screen is not Screen.RESULT or not shown.poll or not shown.poll["result"]:
        return None
    return result_face(shown.poll, has_channels=shown.step in {None, RevealStep.CHANNELS})


def _left(shown: Shown, now: datetime) -> float | None:
    """Return the seconds of the last call that are left, None before it."""
    ends = shown.poll["last_call_ends_at"] if shown.poll else None
    return (datetime.fromisoformat(ends) - now).total_seconds() if ends else None


def _talk(told: JsonDict, now: datetime) -> Talk:
    """Return the clock from what everybody is told of it."""
    since = datetime.fromisoformat(told["runs_since"]) if told["runs_since"] else None
    clock = SpeakingClock(told["limit_s"], told["used_ms"], since)
    left_s = clock.left_s(now)
    ends = clock.ends_at.isoformat() if clock.ends_at else None
    return Talk(left_s, round(100 * left_s / clock.limit_s), ends)


def _join(public_url: str, meeting: JsonDict) -> Symbol:
    """Return the join code; a draft has no page yet, so it leads to the ballot's entrance."""
    path = f"/{meeting['org']}/t/{meeting['slug']}" if meeting["state"] != "draft" else "/s"
    return symbol(f"{public_url.rstrip('/')}{path}")


async def _checksum(rt: Runtime, reader: UnitOfWork) -> Checksum | None:
    year = await newest_year(reader.session)
    published = published_checkpoint(rt.storage, year) if year else None
    if published is None:
        return None
    checkpoint, file = published
    groups = tuple(checkpoint.read_aloud.split())
    return Checksum(symbol=symbol(file.decode()), groups=groups, entries=checkpoint.size)


def _is_all_confirmed(state: JsonDict) -> bool:
    results = [poll["result"] for poll in state["polls"] if poll["result"]]
    return bool(results) and all(result["status"] == "confirmed" for result in results)


def _bare(url: str) -> str:
    """Return an address as people type it."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}".rstrip("/")


routes: list[ControllerRouterHandler] = [show_projector]
