"""Record what a decision changes for a topic.

Guarantees: a departure from the public proposal is marked by comparison, never by hand; once the decision is
public an effect is only followed by a newer version, which enters the log.
"""

from __future__ import annotations

from backend.accounts.types import UserId
from backend.consultations.types import TopicId
from backend.decisions import journal
from backend.decisions.errors import UnknownTrace, incomplete
from backend.decisions.lookups import decision_row
from backend.decisions.models import EffectRow
from backend.decisions.rules import Gap, GapCode, deviates, has_text
from backend.decisions.standings import newest_effects, standings, topics_of_paper
from backend.decisions.types import DecisionId, EffectDraft, EffectId
from backend.kit.errors import Invalid
from backend.kit.uow import UnitOfWork


async def record_effect(uow: UnitOfWork, decision_id: DecisionId, draft: EffectDraft, *, by: UserId) -> EffectId:
    """Save the effect for one topic; a draft's effect is overwritten, a public one gets a new version.

    Raises: UnknownTrace for a topic the paper does not carry, Incomplete when a public departure has no reason.
    """
    decision = await decision_row(uow.session, decision_id)
    if draft.topic_id not in await topics_of_paper(uow.session, decision.paper_id):
        raise UnknownTrace("Dieses Thema steht nicht in der Vorlage.")
    if not has_text(draft.after):
        raise Invalid("Bitte sagen Sie, wie es nachher ist.")
    (standing,) = await standings(uow.session, [TopicId(draft.topic_id)])
    departs = deviates(standing.proposal, draft.effect)
    is_public = decision.published_at is not None
    if is_public and departs and not has_text(draft.deviation_reason):
        sentence = f"Der Rat weicht beim Thema „{standing.title}“ vom Vorschlag ab. Bitte sagen Sie, warum."
        raise incomplete((Gap(GapCode.DEVIATION_REASON, draft.topic_id, sentence),))
    known = (await newest_effects(uow.session, decision_id)).get(draft.topic_id)
    if known is not None and not is_public:
        row = known
    else:
        version = known.version + 1 if known else 1
        row = EffectRow(id=uow.new_id(), decision_id=decision_id, topic_id=draft.topic_id, version=version)
    row.effect, row.deviates = draft.effect, departs
    row.before = dict(draft.before) if has_text(draft.before) and draft.before else None
    row.after = dict(draft.after)
    reason = draft.deviation_reason if departs else None
    row.deviation_reason = dict(reason) if reason else None
    row.recorded_by, row.recorded_at = by, uow.now
    uow.session.add(row)
    if not is_public:
        decision.submitted_by = decision.submitted_at = None
    await uow.session.flush()
    if is_public:
        await journal.effect_recorded(uow, row)
    return EffectId(row.id)
