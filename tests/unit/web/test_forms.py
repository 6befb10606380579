"""Forms become values, or the same form with sentences beside its fields."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from backend.kit.i18n import SOURCE
from backend.web.forms import MAX_FIELDS, MAX_FORM_BYTES, check_form


class Poll(BaseModel):
    """Every kind of field."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Field(min_length=3, max_length=10)]
    most: Annotated[int, Field(ge=1, le=9)] = 1
    grade: Literal["open", "secret"] = "open"
    channels: Annotated[tuple[str, ...], Field(min_length=1)] = ("paper",)

    @field_validator("title")
    @classmethod
    def _no_shouting(cls, title: str) -> str:
        if title.isupper():
            raise PydanticCustomError("shouting", "Bitte schreiben Sie nicht nur in Großbuchstaben.")
        return title


def checked(**fields: tuple[str, ...]) -> tuple[Poll | None, dict[str, str], str]:
    form = check_form(fields, Poll, SOURCE)
    return form.value, dict(form.state.errors), form.state.refusal


def test_form_with_good_fields_gives_the_value() -> None:
    value, errors, _ = checked(title=(" Bäume ",), most=("2",), channels=("phone", "paper"))
    assert value == Poll(title="Bäume", most=2, channels=("phone", "paper"))
    assert errors == {}


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"title": ("",)}, "title", "Bitte füllen Sie dieses Feld aus."),
        ({}, "title", "Bitte füllen Sie dieses Feld aus."),
        ({"title": ("ab",)}, "title", "Bitte schreiben Sie mindestens 3 Zeichen."),
        ({"title": ("a" * 11,)}, "title", "Bitte kürzen Sie den Text auf höchstens 10 Zeichen."),
        ({"title": ("LAUT",)}, "title", "Bitte schreiben Sie nicht nur in Großbuchstaben."),
        ({"title": ("Bank",), "most": ("zwei",)}, "most", "Bitte geben Sie eine ganze Zahl ein."),
        ({"title": ("Bank",), "most": ("10",)}, "most", "Bitte geben Sie höchstens 9 ein."),
        ({"title": ("Bank",), "grade": ("loud",)}, "grade", "Bitte wählen Sie eine der Möglichkeiten."),
        ({"title": ("Bank",), "channels": ("",)}, "channels", "Bitte wählen Sie mindestens 1 aus."),
    ],
)
def test_form_with_a_bad_field_says_what_to_do(fields: dict[str, tuple[str, ...]], name: str, sentence: str) -> None:
    value, errors, _ = checked(**fields)
    assert value is None
    assert errors[name] == sentence


def test_form_with_an_unknown_field_is_stale() -> None:
    value, _, refusal = checked(title=("Bank",), old=("x",))
    assert value is None
    assert "veraltet" in refusal


def test_accepted_form_sends_the_browser_on_with_a_message(client: TestClient[Litestar]) -> None:
    data = {"text": "Mehr Bänke", "_key": "k1"}
    response = client.post("/form?lang=en", data=data, follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/page/plain?lang=en&meldung=")
    assert "Gespeichert: Mehr Bänke, k1" in client.get(response.headers["location"]).text


def test_refused_form_shows_the_entries_and_the_sentences(client: TestClient[Litestar]) -> None:
    response = client.post("/form", data={"text": "ab", "nickname": "<Kim>", "topics": ["b"]})
    assert response.status_code == 422
    assert "Bitte schreiben Sie mindestens 3 Zeichen." in response.text
    assert 'href="#text"' in response.text
    assert 'aria-describedby="text-hint text-error" aria-invalid="true"' in response.text
    assert "&lt;Kim&gt;" in response.text
    assert response.text.count("checked") == 1


def test_control_characters_and_windows_line_ends_are_cleaned(client: TestClient[Litestar]) -> None:
    response = client.post("/form", data={"text": "a\r\nb\x00\x07c"}, follow_redirects=False)
    assert "a\nbc" in client.get(response.headers["location"]).text


def test_oversized_form_is_refused_with_advice(client: TestClient[Litestar]) -> None:
    response = client.post("/form", data={"text": "x" * MAX_FORM_BYTES})
    assert response.status_code == 413
    assert "Bitte kürzen Sie den Text" in response.text


def test_form_with_too_many_fields_is_refused(client: TestClient[Litestar]) -> None:
    response = client.post("/form", data={"topics": ["a"] * (MAX_FIELDS + 1)})
    assert response.status_code == 413
