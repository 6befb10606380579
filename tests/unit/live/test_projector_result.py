"""Results as rows for the wall, from real counts of every kind."""

from __future__ import annotations

from typing import Any

from backend.live.projector_result import result_face
from backend.polls.choices import Choices
from backend.polls.types import Method, Option, OptionId, PollDefinition, PollId, PollType
from backend.tally.count import count
from backend.tally.figures import count_json

Json = dict[str, Any]


def revealed(
    kind: PollType, options: str, ballots: list[Choices], *, method: Method | None = None, **changes: object
) -> Json:
    """Return a poll in wire form with the public result of these ballots."""
    given = tuple(Option(OptionId(name), {"de": name.upper()}) for name in options.split())
    definition = PollDefinition(PollId("p"), kind, given, method=method)
    content = count_json(count(definition, ballots))
    result: Json = {**content, "status": "counted", "by_channel": None, "entitled": 10, "used": len(ballots)}
    return {
        "type": kind.value,
        "options": [{"id": option.id, **option.label} for option in given],
        "result": result | changes,
    }


def test_single_choice_marks_the_winner_and_its_share() -> None:
    face = result_face(revealed(PollType.SINGLE, "a b", [["a"], ["a"], ["a"], ["b"]]))
    assert [(row.answer.letter, row.votes, row.is_leading) for row in face.rows] == [("A", 3, True), ("B", 1, False)]
    assert [row.length for row in face.rows] == [75.0, 25.0]
    assert (face.is_tie, face.unused, face.channels) == (False, 6, ())


def test_tied_options_lead_together() -> None:
    face = result_face(revealed(PollType.SINGLE, "a b c", [["a"], ["b"]]))
    assert [row.is_leading for row in face.rows] == [True, True, False]
    assert face.is_tie


def test_as_many_yes_as_no_has_no_winner() -> None:
    face = result_face(revealed(PollType.YESNO, "yes no", [["yes"], ["no"]]))
    assert not any(row.is_leading for row in face.rows)
    assert face.is_tie


def test_provisional_result_never_leads_and_hides_channels() -> None:
    channels = {"phone": {"yes": 2, "no": 0}, "kiosk": {"yes": 1, "no": 0}}
    ballots: list[Choices] = [["yes"], ["yes"], ["yes"]]
    face = result_face(revealed(PollType.YESNO, "yes no", ballots, status="provisional", by_channel=channels))
    assert not any(row.is_leading for row in face.rows)
    assert face.channels == ()


def test_channels_stand_beside_the_sum() -> None:
    channels = {"phone": {"yes": 2, "no": 0}, "kiosk": {"yes": 0, "no": 1}}
    face = result_face(revealed(PollType.YESNO, "yes no", [["yes"], ["yes"], ["no"]], by_channel=channels))
    assert face.channels == ("phone", "kiosk")
    assert [row.by_channel for row in face.rows] == [(2, 0), (0, 1)]


def test_nobody_voted_leads_nobody() -> None:
    face = result_face(revealed(PollType.SINGLE, "a b", []))
    assert [(row.votes, row.length, row.share, row.is_leading) for row in face.rows] == [(0, 0.0, None, False)] * 2


def test_ranking_stands_in_the_order_of_its_method() -> None:
    ballots: list[Choices] = [["b", "a", "c"], ["b", "c", "a"], ["a", "b", "c"]]
    face = result_face(revealed(PollType.RANKING, "a b c", ballots, method=Method.SCHULZE))
    assert [(row.answer.id, row.place, row.votes) for row in face.rows] == [("b", 1, 2), ("a", 2, 1), ("c", 3, 0)]
    assert [row.is_leading for row in face.rows] == [True, False, False]
    borda = result_face(revealed(PollType.RANKING, "a b c", ballots, method=Method.BORDA))
    assert [row.answer.id for row in borda.rows] == ["b", "a", "c"]


def test_scale_has_a_mean_and_no_winner() -> None:
    face = result_face(revealed(PollType.SCALE, "1 2 3 4 5", [[1], [4], [4]]))
    assert [row.votes for row in face.rows] == [1, 0, 0, 2, 0]
    assert face.mean == 3.0
    assert not any(row.is_leading for row in face.rows)
