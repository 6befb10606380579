"""Canonical JSON beside an independent implementation of RFC 8785."""

import math
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from backend.transparency.canonical import (
    DEPTH_MAX,
    INTEGER_MAX,
    KEY_PATTERN,
    JsonValue,
    NotCanonical,
    decode,
    decode_object,
    encode,
)

LIMIT = 1_000_000

texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
keys = st.from_regex(KEY_PATTERN, fullmatch=True)
values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
).filter(lambda value: _depth(value) <= DEPTH_MAX)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


@given(values)
def test_encode_equals_the_independent_implementation(value: JsonValue) -> None:
    encoded = encode(value, bytes_max=LIMIT)
    assert encoded == rfc8785.dumps(value)
    assert decode(encoded, bytes_max=LIMIT) == value


def test_encode_matches_the_example_of_the_rfc() -> None:
    value: JsonValue = {"string": '€$\x0f\nA\'B"\\\\"/', "literals": [None, True, False]}
    expected = r'{"literals":[null,true,false],"string":"€$\u000f\nA' + "'" + r'B\"\\\\\"/"}'
    assert encode(value, bytes_max=LIMIT) == expected.encode()


def nested(levels: int) -> JsonValue:
    value: JsonValue = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        math.nan,
        b"bytes",
        {1, 2},
        INTEGER_MAX + 1,
        -INTEGER_MAX - 1,
        "e\u0301",
        "\ud800",
        {"Schlüssel": 1},
        {"": 1},
        {"a b": 1},
        {1: 1},
        nested(DEPTH_MAX + 1),
        [{"a": 1.0}],
    ],
)
def test_encode_outside_the_profile_is_refused(value: JsonValue) -> None:
    with pytest.raises(NotCanonical):
        encode(value, bytes_max=LIMIT)


def test_encode_at_the_limits_is_accepted() -> None:
    assert encode(nested(DEPTH_MAX), bytes_max=LIMIT) == b"[[[[[[1]]]]]]"
    assert encode(INTEGER_MAX, bytes_max=16) == b"9007199254740991"
    assert encode((1, "ü"), bytes_max=LIMIT) == '[1,"ü"]'.encode()


def test_encode_beyond_the_byte_limit_is_refused() -> None:
    assert encode("ab", bytes_max=4) == b'"ab"'
    with pytest.raises(NotCanonical, match="at most 3 bytes"):
        encode("ab", bytes_max=3)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"nul",
        b'{"a":1} ',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u0041"',
        b'"\xff"',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"\xef\xbb\xbf1",
        b"9" * 5000,
        b"[" * 50_000,
    ],
)
def test_decode_another_spelling_is_refused(document: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(document, bytes_max=LIMIT)


def test_decode_beyond_the_byte_limit_is_refused() -> None:
    with pytest.raises(NotCanonical, match="at most 3 bytes"):
        decode(b'"ab"', bytes_max=3)


def test_decode_object_refuses_other_values() -> None:
    assert decode_object(b'{"a":1}', bytes_max=LIMIT) == {"a": 1}
    with pytest.raises(NotCanonical, match="expected an object"):
        decode_object(b"[1]", bytes_max=LIMIT)
