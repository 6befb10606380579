"""The code in the corner of a ballot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printables.sheet_code import (
    ForgedCode,
    MalformedCode,
    NotASheetCode,
    SheetCode,
    SheetCodeError,
    SheetFlag,
    UnknownVersion,
    decode,
    encode,
    poll_code_of,
    verify,
)

KEY = b"k" * 32
POLL = poll_code_of("poll-A1")


@st.composite
def codes(draw: st.DrawFn) -> SheetCode:
    pages = draw(st.integers(1, 15))
    numbered = draw(st.booleans())
    test = SheetFlag.TEST if draw(st.booleans()) else SheetFlag.NONE
    return SheetCode(
        poll_code=draw(st.binary(min_size=8, max_size=8)),
        layout=draw(st.integers(0, 0xFFFF)),
        serial=draw(st.binary(min_size=8, max_size=8)) if numbered else None,
        flags=test if numbered else test | SheetFlag.UNNUMBERED,
        page=draw(st.integers(1, pages)),
        pages=pages,
    )


@given(codes())
def test_code_encoded_and_decoded_is_the_same(code: SheetCode) -> None:
    text = encode(code, KEY)
    assert verify(decode(text), KEY) == code
    assert len(text) == (49 if code.serial is not None else 36)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@given(codes(), st.integers(2, 48), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_code_with_one_changed_character_is_never_accepted(code: SheetCode, position: int, letter: str) -> None:
    text = encode(code, KEY)
    position = min(position, len(text) - 1)
    changed = text[:position] + letter + text[position + 1 :]
    if changed == text:
        return
    with pytest.raises(SheetCodeError):
        verify(decode(changed), KEY)


def test_verify_with_another_polls_key_is_forged() -> None:
    text = encode(SheetCode(POLL, 7, b"12345678"), KEY)
    with pytest.raises(ForgedCode) as caught:
        verify(decode(text), b"x" * 32)
    assert caught.value.reason == "forged"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("https://machmit.example/s#K7Q29WDMX4TR5", NotASheetCode),
        ("", NotASheetCode),
        ("MM", MalformedCode),
        ("MMAB1", MalformedCode),
        ("MM" + "A" * 47, UnknownVersion),
        ("MM" + "a" * 47, MalformedCode),
        ("MM" + "A" * 400, UnknownVersion),
    ],
)
def test_decode_of_something_else_is_refused_by_name(text: str, error: type[SheetCodeError]) -> None:
    with pytest.raises(error):
        decode(text)


def test_decode_with_contradictory_length_is_malformed() -> None:
    numbered = encode(SheetCode(POLL, 7, b"12345678"), KEY)
    with pytest.raises(MalformedCode):
        decode(numbered[:36])


@pytest.mark.parametrize(
    ("poll", "layout", "serial", "flags", "page"),
    [
        (b"short", 1, b"12345678", SheetFlag.NONE, 1),
        (POLL, 70_000, b"12345678", SheetFlag.NONE, 1),
        (POLL, 1, b"123", SheetFlag.NONE, 1),
        (POLL, 1, None, SheetFlag.NONE, 1),
        (POLL, 1, b"12345678", SheetFlag.UNNUMBERED, 1),
        (POLL, 1, b"12345678", SheetFlag.NONE, 2),
        (POLL, 1, b"12345678", SheetFlag.NONE, 0),
    ],
)
def test_code_with_impossible_fields_cannot_exist(
    poll: bytes, layout: int, serial: bytes | None, flags: SheetFlag, page: int
) -> None:
    with pytest.raises(MalformedCode):
        SheetCode(poll, layout, serial, flags, page)


def test_poll_code_depends_on_the_identifier_only() -> None:
    assert poll_code_of("poll-A1") == POLL
    assert poll_code_of("poll-A2") != POLL
    assert len(POLL) == 8
