"""Every `machmit rehearse` the handbook shows is understood, and a machine with too few connections says so."""

from __future__ import annotations

import re
import resource
import shlex
from pathlib import Path

import click
import pytest

from backend.commands.rehearsing import allow_files, rehearse
from backend.rehearsal.staff import RehearsalError

PAGE = Path(__file__).parents[3] / "docs" / "operations" / "rehearsal.md"
SHOWN = re.findall(r"^machmit rehearse (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("shown", SHOWN)
def test_command_of_the_handbook_is_understood(shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("tokens.json", "evening.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert rehearse.make_context("rehearse", shlex.split(shown)).params["url"] == "https://beteiligung.example"


def test_handbook_names_every_option() -> None:
    named = {option for each in rehearse.params if isinstance(each, click.Option) for option in each.opts}
    text = PAGE.read_text(encoding="utf-8")
    assert [option for option in sorted(named - {"--case"}) if option not in text] == []


def test_crowd_the_machine_cannot_connect_is_refused_with_both_numbers() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        pytest.skip("this machine sets no limit")
    with pytest.raises(RehearsalError, match=rf"{hard} .* {hard + 1} "):
        allow_files(hard + 1)
