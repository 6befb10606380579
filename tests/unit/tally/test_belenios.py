"""Rankings counted by somebody else's program: Debian's `belenios-tool`, where it is installed.

Compares complete rankings without ties, where all definitions of Schulze's strength of a path agree; in the run-off
only elections in which no tie had to be broken, since that tool breaks ties and ours names them.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.tally.ranking import RankedBallots, instant_runoff, pairwise, schulze

TOOL = shutil.which("belenios-tool")
OPTIONS = "abcd"
ELECTIONS = st.lists(st.permutations(OPTIONS), min_size=1, max_size=15)
EXAMPLES = 30  # each starts a process
TOOL_TIMEOUT_S = 20

pytestmark = pytest.mark.skipif(TOOL is None, reason="belenios-tool is not installed (Debian: belenios-tool)")


def ask(method: str, ballots: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return what the tool makes of ballots, given as the place of each option."""
    places = [[ballot.index(option) + 1 for option in OPTIONS] for ballot in ballots]
    words = [str(TOOL), "method", *method.split()]
    done = subprocess.run(  # noqa: S603
        words, input=json.dumps(places), capture_output=True, text=True, check=True, timeout=TOOL_TIMEOUT_S
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def ranked(ballots: Sequence[Sequence[str]]) -> RankedBallots:
    return RankedBallots.of(OPTIONS, [([*ballot], 1) for ballot in ballots])


@settings(max_examples=EXAMPLES, deadline=None)
@given(ELECTIONS)
def test_schulze_and_its_matrix_agree_with_belenios(ballots: list[list[str]]) -> None:
    theirs = ask("schulze --nchoices=4 --blank-allowed=false", ballots)
    ours = pairwise(ranked(ballots))
    assert theirs["raw"] == [[ours.get((above, below), 0) for below in OPTIONS] for above in OPTIONS]
    winners = {OPTIONS[place] for place in theirs["winners"][0]}
    assert set(schulze(OPTIONS, ours)[0]) == winners


@settings(max_examples=EXAMPLES, deadline=None)
@given(ELECTIONS)
def test_run_off_without_a_tie_agrees_with_belenios(ballots: list[list[str]]) -> None:
    outcome = instant_runoff(ranked(ballots))
    was_tied = any(round_.tied or len(round_.eliminated) > 1 for round_ in outcome.rounds)
    if was_tied or len(outcome.winners) != 1:
        return
    assert ask("stv --nseats=1", ballots)["winners"] == [OPTIONS.index(outcome.winners[0])]
