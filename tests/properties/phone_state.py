"""What an event does to the state a client holds: the contract of `GET …/state` and the numbered events. Pure.

A client that took the state at some number and applies every later event holds what a fresh `GET …/state` says,
but for the order of polls and questions (a list is sorted by whoever shows it). Turnout comes as its own message,
the latest wins. Source: docs/flow.md, "State and events"; phones do the same in backend/web/static/js/ballot/hall.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

State = dict[str, Any]
Message = Mapping[str, Any]

SHOWN = frozenset({"revealed", "published"})
UNSHOWN = frozenset({"closed", "counting", "sealed"})  # a provisional result stays until the poll is revealed
VISIBLE = frozenset({"visible", "queued", "on_stage", "answered", "deferred"})
TOLD_IN_WHOLE = frozenset({"notice", "speakers", "captions", "stream"})
LINES_KEPT = 20
_ENVELOPE = frozenset({"t", "seq", "kind"})


def applied(state: State, event: Message, *, on_stage: bool = False) -> State:
    """Return the state after one numbered event; an event the state already holds changes nothing.

    The stage also keeps questions that nobody else may see; the words of one it did not see before it must fetch.
    """
    if event["seq"] <= state["seq"]:
        return state
    after = deepcopy(state)
    after["seq"] = event["seq"]
    kind = str(event["kind"])
    if kind.startswith("poll."):
        _poll(after, event)
    elif kind == "question":
        _question(after, event["question"], on_stage=on_stage)
    elif kind == "agenda":
        _agenda(after, event)
    elif kind in TOLD_IN_WHOLE:
        after[kind] = event[kind]
    else:
        _little(after, kind, event)
    return after


def counted(state: State, tally: Message) -> State:
    """Return the state after a turnout message; one about an unknown poll changes nothing."""
    after = deepcopy(state)
    for poll in after["polls"]:
        if poll["id"] == tally["poll"]:
            poll |= {name: value for name, value in tally.items() if name not in {"t", "poll"}}
    return after


def _little(state: State, kind: str, event: Message) -> None:
    """Take over what changes one or two fields."""
    if kind == "meeting":
        state["meeting"] |= {name: value for name, value in event.items() if name not in _ENVELOPE}
    elif kind == "screen":
        state["meeting"]["screen"] = {name: value for name, value in event.items() if name not in _ENVELOPE}
    elif kind == "caption":
        state["captions"]["lines"] = [*state["captions"]["lines"], *event["lines"]][-LINES_KEPT:]


def _poll(state: State, event: Message) -> None:
    """Take over what the event says of its poll; a result stays as long as it may be shown."""
    told = event["poll"]
    poll = next((each for each in state["polls"] if each["id"] == told["id"]), None)
    if poll is None:
        poll = {"result": None}
        state["polls"].append(poll)
    poll |= told
    if "result" in event:
        poll["result"] = event["result"]
    if poll["state"] not in SHOWN | UNSHOWN:
        poll["result"] = None
    elif event["kind"] == "poll.confirmed" and poll["state"] in SHOWN:
        poll["result"]["status"] = "confirmed"


def _question(state: State, told: Message, *, on_stage: bool) -> None:
    """Take over a question; for all but the stage, drop one that was taken back."""
    others = [each for each in state["questions"] if each["id"] != told["id"]]
    is_kept = on_stage or told["state"] in VISIBLE
    state["questions"] = [*others, dict(told)] if is_kept else others


def _agenda(state: State, event: Message) -> None:
    """Take over the agenda as it is now."""
    state["agenda"] = deepcopy(event["items"])
    state["meeting"] |= {"active_item": event["active"], "version": event["version"]}
