"""What `./mach check` reports: sizes of files and functions, and coverage per package against the bar."""

import json
from pathlib import Path

import pytest

from launcher import figures, paths

SOURCE = """def short() -> None:
    ...


class Thing:
    def long(self) -> int:
        a = 1
        return a
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of three files."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    for name, text in {"a": SOURCE, "b": "X = 1\n", "c": "X = 1\nY = 2\n"}.items():
        file = tmp_path / "backend" / "ballots" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def summary(lines: tuple[int, int], branches: tuple[int, int]) -> dict[str, dict[str, int]]:
    names = ("covered_lines", "num_statements", "covered_branches", "num_branches")
    return {"summary": dict(zip(names, (*lines, *branches), strict=True))}


def test_report_without_coverage_shows_sizes_and_how_to_measure(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures.report()
    assert capsys.readouterr().out.splitlines() == [
        "3 files, 11 lines; median 2, longest 8 (backend/ballots/a.py)",
        "2 functions; nine in ten up to 3 lines, longest 3 (backend/ballots/a.py:6 long)",
        "coverage unknown; ./mach test --coverage measures it",
    ]


def test_report_with_coverage_shows_each_package_against_its_bar(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "backend/ballots/cast.py": summary((9, 10), (4, 4)),
        "backend/cards/actions.py": summary((10, 10), (2, 2)),
        "backend/polls/rules.py": summary((70, 80), (1, 2)),
        "backend/main.py": summary((1, 2), (0, 0)),
        "kiosk/pages.py": summary((1, 1), (0, 2)),
    }
    (checkout / "coverage.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    figures.report()
    assert [line.split() for line in capsys.readouterr().out.splitlines()[2:]] == [
        ["coverage", "(lines", "and", "branches)", "86.7", "%,", "by", "package:"],
        ["backend", "50.0", "%"],
        ["backend/ballots", "92.9", "%", "✗", "needs", "100", "%"],
        ["backend/cards", "100.0", "%", "✓", "needs", "100", "%"],
        ["backend/polls", "86.6", "%"],
        ["kiosk", "33.3", "%"],
        ["the", "domain", "together", "88.9", "%", "✗", "needs", "95", "%"],
    ]


def test_domain_of_the_report_is_the_domain_of_the_contracts() -> None:
    contracts = (paths.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = contracts.partition('id = "domain"')[2].partition("forbidden_modules")[0]
    assert {name.replace("/", ".") for name in figures.DOMAIN} == {
        part for part in listed.split('"') if "backend." in part
    }
    assert set(figures.BARS) <= figures.DOMAIN
