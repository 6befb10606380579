"""How procedures and contributions look as JSON."""

from __future__ import annotations

from datetime import date

from backend.consultations.queries.procedures import Consultation
from backend.consultations.queries.public_view import Contribution
from backend.consultations.queries.topics import Topic
from backend.kit.db import JsonDict


def consultation_view(each: Consultation, *, today: date, contributions: int | None = None) -> JsonDict:
    """Return a procedure as everybody may read it."""
    view: JsonDict = {
        "id": each.id,
        "org": each.org_slug,
        "slug": each.slug,
        "path": each.path,
        "title": each.title,
        "summary": each.summary,
        "legal_basis": each.legal_basis.value,
        "legal_note": each.legal_note,
        "deciding_body": each.deciding_body,
        "room": {"fixed": list(each.fixed), "open": list(each.open)},
        "promised_feedback_by": each.promised_feedback_by.isoformat() if each.promised_feedback_by else None,
        "channels": [channel.value for channel in each.channels],
        "phases": [
            {
                "type": phase.type.value,
                "opens_on": phase.opens_on.isoformat(),
                "closes_on": phase.closes_on.isoformat(),
                "rights": phase.rights.value,
                "moderation": phase.moderation.value,
                "title": phase.title,
            }
            for phase in each.phases
        ],
        "next_steps": [
            {"date": step.on.isoformat(), "title": step.title, "text": step.text} for step in each.next_steps
        ],
        "state": each.state.value,
        "version": each.version,
        "is_open": each.writing(today) is not None,
    }
    if contributions is not None:
        view["contributions"] = contributions
    return view


def contribution_view(each: Contribution) -> JsonDict:
    """Return a contribution as everybody may read it."""
    return {
        "ref": each.ref,
        "kind": each.kind.value,
        "channel": each.channel.value,
        "state": each.state.value,
        "received_on": each.received_on.isoformat(),
        "title": each.title,
        "text": each.text,
        "language": each.language,
        "translation": each.translation,
        "nickname": each.nickname,
        "organisation": each.organisation,
        "transcription": each.transcription.value if each.transcription else None,
        "is_official": each.is_official,
        "office": each.office,
        "supports": each.supports,
        "is_answered": each.is_answered,
        "rule": each.rule_number,
        "answers": [contribution_view(answer) for answer in each.answers],
    }


def topic_view(topic: Topic) -> JsonDict:
    """Return a topic."""
    return {"id": topic.id, "title": topic.title, "position": topic.position, "inputs": topic.inputs}
