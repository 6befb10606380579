"""Eight polls of two evenings, with what the hand count says. All numbers are invented."""

from typing import Any

Poll = dict[str, Any]

ABSTAIN = ("abst", "Enthaltung", True)


def options(*entries: tuple[str, str] | tuple[str, str, bool]) -> list[Poll]:
    """Write options as a case file does."""
    return [{"id": entry[0], "de": entry[1], **({"abstain": True} if len(entry) > 2 else {})} for entry in entries]


def poll(poll_id: str, poll_type: str, **more: Any) -> Poll:  # noqa: ANN401 - decoded JSON
    """Write a poll as a case file does."""
    return {"id": poll_id, "type": poll_type, "max": 1, "question": {"de": poll_id}, **more}


GRADES = options(*((str(grade), str(grade)) for grade in range(1, 6)))
YES_NO = options(("yes", "Ja"), ("no", "Nein"), ABSTAIN)

POLLS: list[Poll] = [
    poll(
        "poll-A1",
        "single",
        options=options(("a", "Keine"), ("b", "8 und 2"), ("c", "Alle 24"), ABSTAIN),
        tally={
            "phone": {"a": 31, "b": 36, "c": 8, "abst": 2},
            "kiosk": {"a": 2, "b": 9, "c": 3, "abst": 0},
            "paper": {"a": 5, "b": 17, "c": 8, "abst": 1},
        },
        invalid={"paper": 2},
        expected_total={"a": 38, "b": 62, "c": 19, "abst": 3},
        expected_valid_ballots=122,
    ),
    poll(
        "poll-A2",
        "yesno",
        options=YES_NO,
        tally={
            "phone": {"yes": 58, "no": 15, "abst": 4},
            "kiosk": {"yes": 11, "no": 3, "abst": 0},
            "paper": {"yes": 20, "no": 10, "abst": 2},
        },
        invalid={"paper": 1},
        expected_total={"yes": 89, "no": 28, "abst": 6},
        expected_valid_ballots=123,
    ),
    poll(
        "poll-A3",
        "multi",
        max=2,
        options=options(("sitz", "Bänke"), ("wc", "WC"), ("wasser", "Wasser"), ("rad", "Rad"), ("leit", "Weg")),
        tally={
            "phone": {"sitz": 22, "wc": 34, "wasser": 38, "rad": 30, "leit": 19},
            "kiosk": {"sitz": 10, "wc": 8, "wasser": 3, "rad": 0, "leit": 6},
            "paper": {"sitz": 19, "wc": 21, "wasser": 6, "rad": 3, "leit": 12},
        },
        ballots={"phone": 76, "kiosk": 14, "paper": 32},
        invalid={"paper": 1},
        expected_total={"sitz": 51, "wc": 63, "wasser": 47, "rad": 33, "leit": 37},
        expected_valid_ballots=122,
    ),
    poll(
        "poll-A4",
        "scale",
        options=GRADES,
        tally={
            "phone": {"1": 3, "2": 9, "3": 21, "4": 29, "5": 12},
            "kiosk": {"1": 1, "2": 2, "3": 4, "4": 5, "5": 2},
            "paper": {"1": 2, "2": 5, "3": 9, "4": 11, "5": 4},
        },
        invalid={"paper": 0},
        expected_total={"1": 6, "2": 16, "3": 34, "4": 45, "5": 18},
        expected_valid_ballots=119,
    ),
    poll(
        "poll-B1",
        "ranking",
        max=3,
        options=options(("A", "Kreisstraße"), ("B", "Bahndamm"), ("C", "Feldweg")),
        rankings={
            "phone": {"B>A>C": 24, "B>C>A": 17, "A>B>C": 9, "C>B>A": 7},
            "kiosk": {"B>A>C": 5, "A>B>C": 3, "C>A>B": 1},
            "paper": {"B>C>A": 4, "C>B>A": 6, "A>B>C": 5},
        },
        invalid={"paper": 1},
        expected_total={"B>A>C": 29, "B>C>A": 21, "A>B>C": 17, "C>B>A": 13, "C>A>B": 1},
        expected_valid_ballots=81,
    ),
    poll(
        "poll-B2",
        "single",
        options=options(("voll", "Immer"), ("bew", "Bei Bewegung"), ("ohne", "Ohne"), ABSTAIN),
        tally={
            "phone": {"voll": 14, "bew": 37, "ohne": 4, "abst": 2},
            "kiosk": {"voll": 6, "bew": 3, "ohne": 0, "abst": 0},
            "paper": {"voll": 3, "bew": 8, "ohne": 4, "abst": 1},
        },
        invalid={"paper": 0},
        expected_total={"voll": 23, "bew": 48, "ohne": 8, "abst": 3},
        expected_valid_ballots=82,
    ),
    poll(
        "poll-B3",
        "yesno",
        options=YES_NO,
        tally={
            "phone": {"yes": 44, "no": 11, "abst": 2},
            "kiosk": {"yes": 9, "no": 0, "abst": 0},
            "paper": {"yes": 9, "no": 6, "abst": 1},
        },
        invalid={"paper": 0},
        expected_total={"yes": 62, "no": 17, "abst": 3},
        expected_valid_ballots=82,
    ),
    poll(
        "poll-B4",
        "scale",
        options=GRADES,
        tally={
            "phone": {"1": 5, "2": 13, "3": 20, "4": 14, "5": 4},
            "kiosk": {"1": 0, "2": 1, "3": 3, "4": 3, "5": 2},
            "paper": {"1": 3, "2": 4, "3": 5, "4": 3, "5": 0},
        },
        invalid={"paper": 1},
        expected_total={"1": 8, "2": 18, "3": 28, "4": 20, "5": 6},
        expected_valid_ballots=80,
    ),
]
