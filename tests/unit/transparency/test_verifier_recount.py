"""The verifier's count beside the one that produced the result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.polls.choices import Choices, InvalidChoices, canonical, invalid
from backend.polls.types import Method, Option, OptionId, PollDefinition, PollId, PollType
from backend.tally.count import count
from backend.transparency.verifier.recount import Rules, recount


def options(*ids: str, abstain: str | None = None) -> tuple[Option, ...]:
    named = [Option(OptionId(each), {"de": each}, cost=10) for each in ids]
    if abstain:
        named.append(Option(OptionId(abstain), {"de": abstain}, abstain=True))
    return tuple(named)


@dataclass(frozen=True)
class Case:
    definition: PollDefinition
    mark: st.SearchStrategy[object]


ID = st.sampled_from(["a", "b", "c", "d"])
ABSTAIN = st.just(["abst"])
LETTERS = options("a", "b", "c", "d", abstain="abst")


def poll(type_: PollType, **more: object) -> PollDefinition:
    return PollDefinition(PollId("p"), type_, **{"options": LETTERS, **more})  # type: ignore[arg-type]


CASES = {
    "yesno": Case(
        poll(PollType.YESNO, options=options("yes", "no", abstain="abst")),
        st.lists(st.sampled_from(["yes", "no"]), max_size=1),
    ),
    "single": Case(poll(PollType.SINGLE), st.lists(ID, max_size=1)),
    "multi": Case(poll(PollType.MULTI), st.lists(ID, unique=True)),
    "scale": Case(
        poll(PollType.SCALE, options=options("1", "2", "3", abstain="abst")),
        st.lists(st.integers(1, 3), max_size=1),
    ),
    "statements": Case(
        poll(PollType.SCALE, options=options("1", "2", "3"), statements=options("s1", "s2")),
        st.lists(st.integers(1, 3) | st.none(), min_size=2, max_size=2),
    ),
    "ranking": Case(
        poll(PollType.RANKING, method=Method.SCHULZE),
        st.lists(ID, unique=True).flatmap(lambda ids: st.just([ids[:2], *ids[2:]]) if len(ids) > 2 else st.just(ids)),
    ),
    "score": Case(poll(PollType.SCORE), st.dictionaries(ID, st.integers(0, 5))),
    "cumulative": Case(poll(PollType.CUMULATIVE), st.dictionaries(ID, st.integers(0, 5))),
    "budget": Case(poll(PollType.BUDGET, budget=100), st.lists(ID, unique=True)),
}


def accepted(definition: PollDefinition, sent: object) -> Choices:
    """Return what a ballot box would hold of it."""
    try:
        return canonical(definition, sent)
    except InvalidChoices:
        return invalid()


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
def test_recount_agrees_with_the_count(name: str, data: st.DataObject) -> None:
    case = CASES[name]
    sent = data.draw(st.lists(case.mark | ABSTAIN | st.just([]), max_size=12))
    ballots = [accepted(case.definition, each) for each in sent]
    theirs = count(case.definition, ballots)
    rules = Rules(
        type=case.definition.type,
        options=[each.id for each in case.definition.choosable],
        statements=[each.id for each in case.definition.statements],
    )
    ours = recount(rules, json.loads(json.dumps(ballots)))
    assert (ours.valid, ours.invalid, ours.blank) == (theirs.valid, theirs.invalid, theirs.blank)
    assert without_zeros(ours.totals) == without_zeros(theirs.totals)


def without_zeros(totals: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in totals.items() if number}
