"""Properties of choices, counting and codes, against brute force and other implementations."""

import json
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise as neighbours
from itertools import permutations

import pyrankvote
from hypothesis import given
from hypothesis import strategies as st

from backend.cards.codes import (
    ALPHABET,
    CARD_ENTROPY_BYTES,
    RECEIPT_ENTROPY_BYTES,
    MalformedCode,
    generate,
    generate_receipt,
    grouped,
    parse,
    parse_receipt,
)
from backend.polls.choices import Choices, InvalidChoices, canonical, invalid, pad_size
from backend.polls.types import PollDefinition, PollType
from backend.tally.budget import Approvals, equal_shares, greedy
from backend.tally.count import count
from backend.tally.ranking import RankedBallots, borda, instant_runoff, pairwise, schulze
from tests.unit.tally.builders import define, statements

OPTIONS = "abcd"
DEFINITIONS = [
    define(PollType.YESNO, "yes no", abstain=True),
    define(PollType.SINGLE, "a b c d", abstain=True),
    define(PollType.MULTI, "a b c d", max=3),
    define(PollType.SCALE),
    define(PollType.SCALE, statements=statements("s1", "s2")),
    define(PollType.RANKING, "a b c d"),
    define(PollType.SCORE, "a b c d", max=5),
    define(PollType.CUMULATIVE, "a b c d", max=10, abstain=True),
    define(PollType.BUDGET, "a b c d", costs=(30, 30, 50, 70), budget=120),
    define(PollType.WORDS),
]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*OPTIONS, "yes", "abst", "invalid"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
RANKINGS = st.permutations(OPTIONS).flatmap(
    lambda order: st.lists(st.integers(1, 2), min_size=1, max_size=4).map(lambda sizes: _groups(order, sizes))
)


def _groups(order: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    groups, at = [], 0
    for size in sizes:
        groups.append([*order[at : at + size]])
        at += size
    return [group for group in groups if group]


@st.composite
def raw_choices(draw: st.DrawFn, definition: PollDefinition) -> object:
    """Draw choices a device could send, mostly allowed ones."""
    ids = [str(option.id) for option in definition.choosable]
    match definition.type:
        case PollType.SCALE:
            size = max(1, len(definition.statements))
            grades = st.none() | st.sampled_from(definition.scale)
            return draw(st.lists(grades, min_size=size, max_size=size))
        case PollType.RANKING:
            return draw(RANKINGS)
        case PollType.SCORE | PollType.CUMULATIVE:
            return draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 5)))
        case PollType.WORDS:
            return draw(st.lists(st.text(max_size=10), max_size=3))
        case _:
            every = [str(option.id) for option in definition.options]
            return draw(st.lists(st.sampled_from(every), unique=True, max_size=definition.limit))


@st.composite
def elections(draw: st.DrawFn) -> tuple[PollDefinition, list[Choices]]:
    """Draw a poll and its ballots, invalid ones among them."""
    definition = draw(st.sampled_from(DEFINITIONS))
    ballots: list[Choices] = []
    for raw in draw(st.lists(raw_choices(definition) | st.just("invalid"), max_size=12)):
        try:
            ballots.append(canonical(definition, raw))
        except InvalidChoices:
            ballots.append(invalid())
    return definition, ballots


@given(st.sampled_from(DEFINITIONS), JSON)
def test_canonical_hostile_json_is_refused_or_stable(definition: PollDefinition, raw: object) -> None:
    try:
        once = canonical(definition, raw)
    except InvalidChoices:
        return
    assert json.dumps(canonical(definition, once)) == json.dumps(once)
    assert len(json.dumps(once)) + 600 <= pad_size(definition)


@given(st.sampled_from(DEFINITIONS).flatmap(lambda d: st.tuples(st.just(d), raw_choices(d))))
def test_canonical_is_idempotent(drawn: tuple[PollDefinition, object]) -> None:
    definition, raw = drawn
    try:
        once = canonical(definition, raw)
    except InvalidChoices:
        return
    assert json.dumps(canonical(definition, once)) == json.dumps(once)


@given(st.permutations(OPTIONS), st.integers(1, 4))
def test_canonical_click_order_leaves_no_trace(order: list[str], size: int) -> None:
    tie = define(PollType.RANKING, "a b c d")
    multi = define(PollType.MULTI, "a b c d")
    marked = order[:size]
    assert canonical(multi, marked) == sorted(marked)
    assert canonical(tie, [marked]) == ([sorted(marked)] if size > 1 else marked)


@given(elections().flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn[1]))))
def test_count_order_of_ballots_does_not_matter(
    drawn: tuple[tuple[PollDefinition, list[Choices]], list[Choices]],
) -> None:
    (definition, ballots), shuffled = drawn
    assert count(definition, shuffled) == count(definition, ballots)


@given(elections(), st.integers(0, 12))
def test_count_channels_sum_to_the_total(election: tuple[PollDefinition, list[Choices]], cut: int) -> None:
    definition, ballots = election
    parts = [count(definition, ballots[:cut]), count(definition, ballots[cut:])]
    total = count(definition, ballots)
    for kind in ("ballots", "valid", "invalid", "blank", "abstain"):
        assert sum(getattr(part, kind) for part in parts) == getattr(total, kind)
    assert total.ballots == total.valid + total.invalid + total.blank
    if definition.type is not PollType.WORDS:  # spellings may differ from channel to channel
        for key, number in total.totals.items():
            assert sum(part.totals.get(key, 0) for part in parts) == number


@given(st.lists(RANKINGS, max_size=9))
def test_pairwise_counts_every_ballot_that_prefers(rankings: list[list[list[str]]]) -> None:
    wins = pairwise(_ballots(rankings))
    for one, other in permutations(OPTIONS, 2):
        expected = sum(_place(ranking, one) < _place(ranking, other) for ranking in rankings)
        assert wins[one, other] == expected


@given(st.lists(RANKINGS, max_size=9))
def test_schulze_layers_agree_with_all_paths(rankings: list[list[list[str]]]) -> None:
    wins = pairwise(_ballots(rankings))
    layers = schulze(OPTIONS, wins)
    layer_of = {option: place for place, layer in enumerate(layers) for option in layer}
    assert sorted(layer_of) == [*OPTIONS]
    strength = {pair: _strongest_path(wins, *pair) for pair in permutations(OPTIONS, 2)}
    for one, other in permutations(OPTIONS, 2):
        if strength[one, other] > strength[other, one]:
            assert layer_of[one] < layer_of[other]
    for option in layers[0]:
        assert all(strength[option, other] >= strength[other, option] for other in OPTIONS if other != option)


@given(st.lists(RANKINGS, max_size=9))
def test_schulze_condorcet_winner_stands_alone_on_top(rankings: list[list[list[str]]]) -> None:
    wins = pairwise(_ballots(rankings))
    for option in OPTIONS:
        others = [other for other in OPTIONS if other != option]
        if all(wins[option, other] > wins[other, option] for other in others):
            assert schulze(OPTIONS, wins)[0] == (option,)


@given(st.lists(RANKINGS, max_size=9))
def test_borda_is_the_average_over_all_ways_to_break_ties(
    rankings: list[list[list[str]]],
) -> None:
    expected = dict.fromkeys(OPTIONS, Fraction(0))
    for ranking in rankings:
        orders = [
            order
            for order in permutations(OPTIONS)
            if [_place(ranking, option) for option in order] == sorted(_place(ranking, option) for option in order)
        ]
        for order in orders:
            for place, option in enumerate(order):
                expected[option] += Fraction(len(OPTIONS) - 1 - place, len(orders))
    assert borda(_ballots(rankings)) == expected


@given(st.lists(RANKINGS, min_size=1, max_size=9))
def test_instant_runoff_agrees_with_every_way_of_eliminating(
    rankings: list[list[list[str]]],
) -> None:
    result = instant_runoff(_ballots(rankings))
    assert set(result.winners) == _runoff_winners(rankings)
    for step in result.rounds:
        assert sum(step.votes.values()) + step.exhausted == len(rankings)


@given(
    st.lists(
        st.permutations(OPTIONS).flatmap(lambda order: st.integers(1, 4).map(lambda size: order[:size])),
        min_size=1,
        max_size=15,
    )
)
def test_instant_runoff_agrees_with_pyrankvote(rankings: list[list[str]]) -> None:
    result = instant_runoff(_ballots([[[option] for option in each] for each in rankings]))
    candidates = {option: pyrankvote.Candidate(option) for option in OPTIONS}
    theirs = pyrankvote.instant_runoff_voting(
        [*candidates.values()],
        [pyrankvote.Ballot([candidates[option] for option in each]) for each in rankings],
    )
    (winner,) = theirs.get_winners()
    assert winner.name in result.winners  # they draw lots, we name everybody who may win


APPROVALS = st.lists(st.frozensets(st.sampled_from(OPTIONS)), max_size=8)
COSTS = st.tuples(*[st.integers(1, 60)] * 4)


@given(APPROVALS, COSTS, st.integers(1, 150))
def test_budget_rules_stay_within_the_limit(voters: list[frozenset[str]], costs: tuple[int, ...], limit: int) -> None:
    approvals = _approvals(voters, costs, limit)
    for outcome in (greedy(approvals), equal_shares(approvals)):
        assert outcome.cost == sum(approvals.costs[each] for each in outcome.chosen)
        assert outcome.cost + outcome.left == limit
        assert outcome.left >= 0
        assert len(set(outcome.chosen)) == len(outcome.chosen)
        assert all(approvals.votes[project] for project in outcome.chosen)
        if not outcome.tied:
            left_out = set(OPTIONS) - set(outcome.chosen)
            affordable = [each for each in left_out if approvals.costs[each] <= outcome.left]
            assert not any(approvals.votes[each] for each in affordable)


@given(APPROVALS, COSTS, st.integers(1, 150))
def test_equal_shares_agrees_with_purses_of_single_voters(
    voters: list[frozenset[str]], costs: tuple[int, ...], limit: int
) -> None:
    outcome = equal_shares(_approvals(voters, costs, limit))
    if not outcome.tied:
        bought = [each for each in outcome.chosen if each not in outcome.completed]
        assert set(bought) == _equal_shares_by_voter(voters, costs, limit)


@given(APPROVALS, COSTS, st.integers(1, 150))
def test_equal_shares_group_that_can_pay_gets_a_project(
    voters: list[frozenset[str]], costs: tuple[int, ...], limit: int
) -> None:
    """Justified representation: a group whose shares cover a common project is not left out."""
    outcome = equal_shares(_approvals(voters, costs, limit))
    if outcome.tied or not voters:
        return
    bought = set(outcome.chosen) - set(outcome.completed)
    for project, cost in zip(OPTIONS, costs, strict=True):
        unserved = [each for each in voters if project in each and not each & bought]
        assert not unserved or Fraction(limit, len(voters)) * len(unserved) < cost


CARD_ENTROPY = st.binary(min_size=CARD_ENTROPY_BYTES, max_size=CARD_ENTROPY_BYTES)
RECEIPT_ENTROPY = st.binary(min_size=RECEIPT_ENTROPY_BYTES, max_size=RECEIPT_ENTROPY_BYTES)


@given(CARD_ENTROPY, RECEIPT_ENTROPY)
def test_codes_survive_printing_and_typing(card: bytes, receipt: bytes) -> None:
    assert parse(grouped(generate(card)).lower()) == generate(card)
    assert parse_receipt(grouped(generate_receipt(receipt))) == generate_receipt(receipt)


@given(CARD_ENTROPY)
def test_codes_every_wrong_character_is_noticed(entropy: bytes) -> None:
    code = generate(entropy)
    for place, right in enumerate(code):
        for wrong in ALPHABET:
            if wrong != right:
                assert not _is_code(code[:place] + wrong + code[place + 1 :])


@given(CARD_ENTROPY)
def test_codes_every_swap_of_neighbours_is_noticed(entropy: bytes) -> None:
    code = generate(entropy)
    for place in range(len(code) - 1):
        one, other = code[place], code[place + 1]
        if one != other:
            assert not _is_code(code[:place] + other + one + code[place + 2 :])


@given(st.text(max_size=40))
def test_parse_any_text_is_a_code_or_malformed(text: str) -> None:
    try:
        code = parse(text)
    except MalformedCode:
        return
    assert parse(grouped(code)) == code


# --- references, written the slow and obvious way -------------------------------------------------


def _ballots(rankings: Sequence[Sequence[Sequence[str]]]) -> RankedBallots:
    return RankedBallots(tuple(OPTIONS), tuple((tuple(map(tuple, ranking)), 1) for ranking in rankings))


def _place(ranking: Sequence[Sequence[str]], option: str) -> int:
    places = [place for place, group in enumerate(ranking) if option in group]
    return places[0] if places else len(ranking)


def _strongest_path(wins: dict[tuple[str, str], int], start: str, end: str) -> int:
    best = 0
    between = [option for option in OPTIONS if option not in {start, end}]
    for length in range(len(between) + 1):
        for stops in permutations(between, length):
            path = (start, *stops, end)
            links = [*neighbours(path)]
            if all(wins[one, other] > wins[other, one] for one, other in links):
                best = max(best, min(wins[link] for link in links))
    return best


def _runoff_winners(rankings: Sequence[Sequence[Sequence[str]]]) -> set[str]:
    """Eliminate one by one down to a single option, every weakest one in turn."""

    @cache
    def winners(remaining: frozenset[str]) -> frozenset[str]:
        if len(remaining) == 1:
            return remaining
        votes = dict.fromkeys(remaining, Fraction(0))
        for ranking in rankings:
            for group in ranking:
                top = [option for option in group if option in remaining]
                if top:
                    for option in top:
                        votes[option] += Fraction(1, len(top))
                    break
        weakest = [each for each in remaining if votes[each] == min(votes.values())]
        return frozenset().union(*(winners(remaining - {each}) for each in weakest))

    return set(winners(frozenset(OPTIONS)))


def _approvals(voters: Sequence[frozenset[str]], costs: tuple[int, ...], limit: int) -> Approvals:
    return Approvals(dict(zip(OPTIONS, costs, strict=True)), limit, tuple((each, 1) for each in voters))


def _equal_shares_by_voter(voters: Sequence[frozenset[str]], costs: tuple[int, ...], limit: int) -> set[str]:
    """Buy one project after the other; the price is the greatest of the lower bounds on it.

    For supporters with purses p1 <= p2 <= …, the sum of min(p, x) reaches the cost exactly when
    (cost - p1 - … - pk) / (m - k) <= x for every k.
    """
    purses = [Fraction(limit, len(voters) or 1)] * len(voters)
    price_of = dict(zip(OPTIONS, costs, strict=True))
    bought: set[str] = set()
    while True:
        offers: list[tuple[Fraction, int, int, str, Fraction]] = []
        for project in sorted(set(OPTIONS) - bought):
            mine = sorted(purse for purse, each in zip(purses, voters, strict=True) if project in each)
            cost = price_of[project]
            if mine and sum(mine) >= cost:
                price = max((Fraction(cost) - sum(mine[:poor])) / (len(mine) - poor) for poor in range(len(mine)))
                offers.append((price / cost, -len(mine), cost, project, price))
        if not offers:
            return bought
        *_, project, price = min(offers)
        bought.add(project)
        purses = [
            purse - min(purse, price) if project in each else purse for purse, each in zip(purses, voters, strict=True)
        ]


def _is_code(text: str) -> bool:
    try:
        parse(text)
    except MalformedCode:
        return False
    return True
