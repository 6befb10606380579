"""Printed codes: shape, forgiveness, and that one slip is always noticed."""

import pytest

from backend.cards.codes import (
    ALPHABET,
    CARD_ENTROPY_BYTES,
    RECEIPT_ENTROPY_BYTES,
    TEXT_LENGTH_MAX,
    CodeProblem,
    MalformedCode,
    check_character,
    generate,
    generate_receipt,
    grouped,
    parse,
    parse_receipt,
)

ENTROPY = bytes.fromhex("0123456789abcdef")
CODE = generate(ENTROPY)


def test_generate_is_twelve_characters_and_a_check() -> None:
    assert len(CODE) == 13
    assert set(CODE) <= set(ALPHABET)
    assert grouped(CODE).count("-") == 3
    assert [len(group) for group in grouped(CODE).split("-")] == [4, 4, 4, 1]


def test_generate_uses_sixty_bits() -> None:
    every_bit = {generate((1 << bit).to_bytes(CARD_ENTROPY_BYTES, "big")) for bit in range(60)}
    assert len(every_bit) == 60
    assert generate(bytes(CARD_ENTROPY_BYTES)) not in every_bit


def test_generate_receipt_uses_eighty_bits() -> None:
    size = RECEIPT_ENTROPY_BYTES
    every_bit = {generate_receipt((1 << bit).to_bytes(size, "big")) for bit in range(80)}
    assert len(every_bit) == 80
    assert {len(code) for code in every_bit} == {17}


@pytest.mark.parametrize("size", [0, CARD_ENTROPY_BYTES - 1, CARD_ENTROPY_BYTES + 1])
def test_generate_other_amount_of_entropy_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="random bytes"):
        generate(bytes(size))


@pytest.mark.parametrize(
    "text",
    [
        grouped(CODE),
        CODE.lower(),
        f"  {grouped(CODE).replace('-', ' ')}\n",
        grouped(CODE).replace("-", "\u2013"),
        CODE.replace("0", "O").replace("1", "I"),
        CODE.replace("0", "o").replace("1", "l"),
        f"https://mitmachen.example/s#{grouped(CODE)}",
        f"mitmachen.example/s#{CODE.lower()}",
    ],
)
def test_parse_forgiving_input_gives_the_code(text: str) -> None:
    assert parse(text) == CODE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", CodeProblem.EMPTY),
        (" - ", CodeProblem.EMPTY),
        ("https://mitmachen.example/s#", CodeProblem.EMPTY),
        (f"{CODE[:-1]}U", CodeProblem.CHARACTERS),
        (f"{CODE[:-1]}Ä", CodeProblem.CHARACTERS),
        (f"https://mitmachen.example/s/{CODE}", CodeProblem.CHARACTERS),
        (CODE[:-1], CodeProblem.LENGTH),
        (f"{CODE}0", CodeProblem.LENGTH),
        ("0" * 100_000, CodeProblem.LENGTH),
        (CODE[:-1] + ALPHABET[ALPHABET.index(CODE[-1]) - 1], CodeProblem.CHECK),
    ],
)
def test_parse_no_code_says_what_to_check(text: str, problem: CodeProblem) -> None:
    with pytest.raises(MalformedCode) as caught:
        parse(text)
    assert caught.value.problem is problem


def test_parse_receipt_and_card_codes_are_not_mixed_up() -> None:
    receipt = generate_receipt(bytes(range(RECEIPT_ENTROPY_BYTES)))
    assert parse_receipt(f"https://mitmachen.example/spur#{grouped(receipt)}") == receipt
    with pytest.raises(MalformedCode):
        parse(receipt)
    with pytest.raises(MalformedCode):
        parse_receipt(CODE)


def test_check_character_differs_for_every_single_character() -> None:
    """Linear over GF(32): a wrong character is noticed at each place for each difference."""
    zeros = "0" * 16
    for place in range(16):
        for character in ALPHABET[1:]:
            body = zeros[:place] + character + zeros[place + 1 :]
            assert check_character(body) != "0"


def test_check_character_differs_for_every_swap_of_neighbours() -> None:
    """Linear over GF(32): every pair of neighbours at every place, the check one included."""
    for place in range(15):
        for one in ALPHABET:
            for other in ALPHABET:
                if one != other:
                    kept = "0" * place + one + other + "0" * (14 - place)
                    swapped = "0" * place + other + one + "0" * (14 - place)
                    assert check_character(kept) != check_character(swapped)
    for last in ALPHABET[1:]:
        check = check_character("0" * 15 + last)
        assert check != last
        assert check_character("0" * 15 + check) != last


@pytest.mark.parametrize(("typed", "meant"), [("O", "0"), ("o", "0"), ("I", "1"), ("i", "1"), ("L", "1"), ("l", "1")])
def test_parse_letter_that_looks_like_a_digit_is_that_digit(typed: str, meant: str) -> None:
    body = f"K7Q29WDMX4T{meant}"
    code = body + check_character(body)
    assert parse(code.replace(meant, typed)) == code


def test_parse_reads_the_end_of_a_long_text_only() -> None:
    assert parse("#Z" + CODE.rjust(TEXT_LENGTH_MAX)) == CODE
    with pytest.raises(MalformedCode):
        parse("#Z" + CODE.rjust(TEXT_LENGTH_MAX - 1))
    assert TEXT_LENGTH_MAX == 300
