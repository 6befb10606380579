"""What the hall says, in wire form: one spelling for the live state and for the events after it.

Guarantees: the words of a question are told to everybody only once everybody may see it. Source: docs/flow.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from backend.kit.db import JsonDict
from backend.meetings.floor import CaptionLine, Floor, Speaker, SpeakersList
from backend.meetings.queries import HallQuestion
from backend.meetings.types import SEEN_BY_ALL


def question_view(question: HallQuestion, *, for_stage: bool = False) -> JsonDict:
    """Return a question; for the hall its words only once everybody may see it."""
    view: JsonDict = {"id": question.id, "state": question.state.value, "votes": question.votes}
    if for_stage or question.state in SEEN_BY_ALL:
        due_on = question.due_on.isoformat() if question.due_on else None
        told = {"text": question.text, "channel": question.channel, "nickname": question.nickname, "due_on": due_on}
        view |= {name: value for name, value in told.items() if value is not None}
    return view


def notice_view(floor: Floor) -> JsonDict | None:
    """Return the announcement that stands."""
    return {"text": floor.notice.text, "at": floor.notice.at.isoformat()} if floor.notice else None


def stream_view(floor: Floor) -> JsonDict | None:
    """Return where the broadcast is; a client loads nothing from there before somebody asks it to."""
    if floor.stream_url is None:
        return None
    return {"url": floor.stream_url, "host": urlsplit(floor.stream_url).hostname}


def speakers_view(floor: Floor, speakers: SpeakersList) -> JsonDict:
    """Return who speaks and who follows; people are numbers."""
    return {
        "open": floor.takes_speakers,
        "now": _now_view(speakers.now) if speakers.now else None,
        "next": [{**_speaker_view(each), "first": each.is_first} for each in speakers.following],
    }


def captions_view(floor: Floor, lines: Sequence[CaptionLine]) -> JsonDict:
    """Return the live text; switched off it shows nothing."""
    return {"on": floor.captions_on, "lines": [line_view(line) for line in lines] if floor.captions_on else []}


def line_view(line: CaptionLine) -> JsonDict:
    """Return one line."""
    return {"no": line.number, "text": line.text}


def _speaker_view(speaker: Speaker) -> JsonDict:
    return {"no": speaker.number, "group": speaker.group, "topic": speaker.topic}


def _now_view(speaker: Speaker) -> JsonDict:
    clock = speaker.clock
    since = clock.runs_since.isoformat() if clock.runs_since else None
    return {**_speaker_view(speaker), "limit_s": clock.limit_s, "used_ms": clock.used_ms, "runs_since": since}
