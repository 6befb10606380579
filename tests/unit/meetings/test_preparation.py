"""How far a preparation is, and the least crew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.meetings.checklist import TASKS, tasks_of
from backend.meetings.plan import Plan, Post, least_crew, people_needed
from backend.meetings.preparation import Facts, Lack, Step, lacks_of, next_step
from backend.meetings.types import MeetingState

DONE = Facts(
    state=MeetingState.PUBLISHED,
    has_place=True,
    has_notice=True,
    items=3,
    questions=1,
    practice=1,
    cards=100,
    plan=Plan(people=100, helpers=9, is_set=True, printed_at="2027-03-11", rehearsed_at="2027-03-11"),
    ticks_open=0,
)


def test_nothing_is_lacking_once_everything_is_done() -> None:
    lacks = lacks_of(DONE)
    assert not any(lacks.values())
    assert next_step(lacks) is Step.EVENING


@pytest.mark.parametrize(
    ("facts", "step", "lack"),
    [
        (replace(DONE, state=MeetingState.DRAFT), Step.DATE, Lack.ANNOUNCEMENT),
        (replace(DONE, has_place=False), Step.DATE, Lack.PLACE),
        (replace(DONE, has_notice=False), Step.DATE, Lack.NOTICE),
        (replace(DONE, items=0), Step.AGENDA, Lack.ITEMS),
        (replace(DONE, overlong_minutes=5), Step.AGENDA, Lack.TOO_LONG),
        (replace(DONE, questions=0), Step.QUESTIONS, Lack.QUESTION),
        (replace(DONE, practice=0), Step.QUESTIONS, Lack.PRACTICE),
        (replace(DONE, plan=replace(DONE.plan, is_set=False)), Step.CREW, Lack.PLAN),
        (replace(DONE, plan=replace(DONE.plan, helpers=1)), Step.CREW, Lack.HELPERS),
        (replace(DONE, cards=99), Step.PRINT, Lack.CARDS),
        (replace(DONE, plan=replace(DONE.plan, printed_at=None)), Step.PRINT, Lack.PRINT),
        (replace(DONE, plan=replace(DONE.plan, rehearsed_at=None)), Step.REHEARSAL, Lack.REHEARSAL),
        (replace(DONE, ticks_open=1), Step.EVENING, Lack.TICKS),
    ],
)
def test_step_names_what_it_lacks_and_is_the_next_one(facts: Facts, step: Step, lack: Lack) -> None:
    lacks = lacks_of(facts)
    assert {name: found for name, found in lacks.items() if found} == {step: (lack,)}
    assert next_step(lacks) is step


@pytest.mark.parametrize(
    ("plan", "number"),
    [
        (Plan(people=50, with_paper=False), 3),
        (Plan(people=50), 6),
        (Plan(people=50, entrances=3, kiosks=2), 10),
        (Plan(people=5_000, entrances=4), 1 + 1 + 34 + 2 + 17),
    ],
)
def test_least_crew_follows_from_people_doors_and_ways(plan: Plan, number: int) -> None:
    assert people_needed(plan) == number


def test_two_tellers_stand_at_every_table_with_paper() -> None:
    crew = {each.post: each.number for each in least_crew(Plan(people=1))}
    assert crew[Post.TELLER] == 2
    assert Post.MENTOR not in crew


def test_checklist_leaves_out_what_the_evening_does_not_have() -> None:
    plain = tasks_of(Plan(with_paper=False, kiosks=0))
    assert len({task.id for task in TASKS}) == len(TASKS)
    assert not any(task.needs_paper or task.needs_kiosk for task in plain)
    assert set(tasks_of(Plan(kiosks=1))) == set(TASKS)


def test_plan_of_another_release_is_read_as_far_as_it_is_known() -> None:
    assert Plan.read({"people": 40, "lanterns": 3}) == Plan(people=40)
    assert Plan.read(Plan(people=7, kiosks=1).kept()) == Plan(people=7, kiosks=1)
