"""The answer to `hello`: the state, or the events missed since a number, and a place in the room.

Guarantees: between what the welcome says and the next event of the room nothing is missing and nothing is double.
"""

from __future__ import annotations

from backend.live.fanout import Member
from backend.live.frames import Hello, Welcome, encode, encode_json, refusal
from backend.live.identity import identify
from backend.live.lines import Line
from backend.live.room import Room, welcome
from backend.live.wire import Outgoing
from backend.runtime import Runtime


async def receive_hello(rt: Runtime, room: Room, line: Line, hello: Hello, *, source: str) -> Member:
    """Welcome a client and return its membership."""
    who = await identify(rt, room.reception, room.meeting_id, hello, source=source)
    member = Member(line=line, role=who.role, card=who.card, voter=who.voter, subject=who.subject)
    if who.problem is not None:
        line.write(Outgoing(encode(refusal(who.problem))))
    now = rt.clock.now().isoformat()
    missed = await room.missed(hello.since) if hello.since is not None else None
    if missed is None:
        state = await room.snapshot(member.role)
        member.seq = state.seq
        line.write(Outgoing(welcome(state, who.role, who.card, now=now, mine=encode_json(who.mine))))
    else:
        member.seq = missed[-1].seq if missed else hello.since or 0
        line.write(Outgoing(encode(Welcome(seq=member.seq, role=who.role, card=who.card, now=now, mine=who.mine))))
        for event in missed:
            line.write(event.message)
    room.admit(member)
    return member
