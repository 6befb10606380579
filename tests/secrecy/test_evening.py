"""What a whole poll of 200 ballots leaves behind, on both databases: nothing that tells who voted what, or when.

Source: docs/security/secrecy.md, docs/adr/0004-ballot-secrecy.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from backend.cards.codes import parse
from backend.kit.keyring import Keyring
from backend.kit.migrate import upgrade
from backend.kit.settings import Settings
from backend.transparency.tiles import decode_bundle
from tests.secrecy.evening import DEVICES, METRICS_TOKEN, SCANNED, SOURCE, TYPED, Facts, observe
from tests.secrecy.order import assert_tells_no_order
from tests.services import PostgresServer

pytestmark = pytest.mark.timeout(240)  # the first test of a database waits for its whole evening

BOX = ("ballot", "cast_request", "sealed_ballot")
VOTERS = ("card", "register_entry", "participation")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def facts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """One evening per database, observed once."""
    folder = tmp_path_factory.mktemp("evening")
    if request.param == "sqlite":
        yield asyncio.run(observe(_settings(folder, f"sqlite+aiosqlite:///{folder / 'machmit.db'}"), None))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    url = server.create(name)
    upgrade(url)
    yield asyncio.run(observe(_settings(folder, url), server.folder))
    server.drop(name)


def _settings(folder: Path, url: str) -> Settings:
    return Settings(
        mode="test",
        database_url=url,
        data_dir=folder / "data",
        public_url="http://testserver.local",
        secret_key="s" * 32,  # type: ignore[arg-type]  # pydantic wraps it
        card_key="c" * 32,  # type: ignore[arg-type]
        log_signing_key="l" * 32,  # type: ignore[arg-type]
        metrics_token=METRICS_TOKEN,  # type: ignore[arg-type]
        log_level="DEBUG",
    )


# --- what stands in files -------------------------------------------------------------------------


def test_search_finds_what_is_known_to_be_stored(facts: Facts) -> None:
    for found in (facts.found_before, facts.found_after):
        assert {"voter hash", "poll"} <= {hit.kind for hit in found}


def test_no_file_ever_holds_a_card_a_request_key_a_receipt_or_a_scan(facts: Facts) -> None:
    assert [hit for hit in facts.found_before + facts.found_after if hit.kind in facts.never] == []


def test_no_file_holds_a_choice_nonce_or_commitment_before_sealing(facts: Facts) -> None:
    assert [hit for hit in facts.found_before if hit.kind in facts.until_publication] == []


def test_poll_key_is_in_no_file_after_sealing(facts: Facts) -> None:
    assert [hit for hit in facts.found_after if hit.kind == "poll key"] == []


def test_ciphertexts_are_gone_or_useless_after_sealing(facts: Facts, request: pytest.FixtureRequest) -> None:
    assert (facts.rows_after["ballot"], facts.rows_after["cast_request"]) == ([], [])
    left = {hit.kind for hit in facts.found_after if hit.kind in facts.after_sealing}
    if request.node.callspec.id == "sqlite":
        assert left == set()  # freed pages are overwritten
    else:
        assert "sealed ballot" in left  # heap and WAL keep what was deleted: that is why the key must go
        assert "poll key" not in left


def test_scanned_sheets_are_forgotten_once_they_are_in_the_box(facts: Facts) -> None:
    assert {row["state"] for row in facts.rows_before["scan_batch"]} == {"confirmed"}
    assert all(row["content"] is row["evidence"] is None for row in facts.rows_before["scan_sheet"])


# --- order ----------------------------------------------------------------------------------------


def test_sealed_ballots_lie_in_no_order_of_casting(facts: Facts) -> None:
    own = set(facts.nonces)
    assert len(facts.sealed_places) == DEVICES + len(SCANNED) + len(TYPED)
    assert_tells_no_order(facts.nonces, [nonce for nonce in facts.sealed_places if nonce in own])


def test_openings_and_log_are_sorted_by_commitment_and_tell_no_order(facts: Facts) -> None:
    openings = [json.loads(line) for line in facts.public["openings"].splitlines()]
    nonces = [bytes.fromhex(each["nonce"]) for each in openings if "nonce" in each]
    assert_tells_no_order(facts.nonces, [nonce for nonce in nonces if nonce in set(facts.nonces)])
    logged = _committed(facts)
    assert logged == sorted(logged)
    assert set(facts.commitments) <= set(logged)
    assert_tells_no_order(facts.commitments, [each for each in logged if each in set(facts.commitments)])


def test_use_of_cards_and_place_of_ballots_have_nothing_in_common(facts: Facts) -> None:
    nonce_of = dict(zip((facts.hashes[parse(vote.card)] for vote in facts.votes), facts.nonces, strict=True))
    used = [nonce_of[hashed] for hashed in facts.used_places if hashed in nonce_of]
    assert_tells_no_order(used, [nonce for nonce in facts.sealed_places if nonce in set(used)])


def test_all_ballots_were_written_by_one_transaction(facts: Facts) -> None:
    assert facts.sealing_writers == 1


def _committed(facts: Facts) -> list[bytes]:
    entries = [json.loads(each) for each in decode_bundle(facts.public["entries"], _size(facts))]
    batches = [entry["public"] for entry in entries if entry["type"] == "ballot.batch"]
    return [bytes.fromhex(each) for batch in batches for each in batch["commitments"]]


def _size(facts: Facts) -> int:
    return int(facts.public["checkpoint"].splitlines()[1])


# --- links ----------------------------------------------------------------------------------------


def test_no_value_stands_both_with_a_voter_and_with_a_ballot(facts: Facts) -> None:
    with_ballots = {each for name in BOX for each in _values(facts, name)}
    with_voters = {each for name in VOTERS for each in _values(facts, name)}
    assert with_ballots
    assert with_voters
    assert with_ballots & with_voters == {facts.poll.id.encode()}


def test_no_stored_value_follows_from_card_and_request(facts: Facts) -> None:
    keyring = Keyring.from_settings(_settings(Path(), "sqlite://"))
    keys = [keyring.session, keyring.cards, keyring.sheets, keyring.payloads, keyring.throttle, keyring.contacts]
    stored = {each[:8] for name in BOX for each in _values(facts, name) if each != facts.poll.id.encode()}
    for vote in facts.votes[:20]:
        known = (vote.card.encode(), parse(vote.card).encode(), facts.hashes[parse(vote.card)], vote.key.encode())
        for derived in _derived(known, facts.poll.id.encode(), keys):
            assert derived[:8] not in stored


def test_no_row_of_any_table_holds_a_voter_and_a_ballot(facts: Facts) -> None:
    voters = {*facts.hashes.values()}
    ballots = {*facts.nonces, *facts.commitments}
    for rows in (facts.rows_before, facts.rows_after):
        for name, found in rows.items():
            for row in found:
                values = _flat(row)
                assert not (values & voters and values & ballots), name


def test_public_answers_and_metrics_name_no_card_and_no_voter(facts: Facts) -> None:
    for name, content in facts.public.items():
        for card, hashed in facts.hashes.items():
            assert card.encode() not in content, name
            assert hashed.hex().encode() not in content, name
            assert hashed not in content, name
    assert not any(each.encode() in facts.public["metrics"] for each in (facts.poll.id, facts.hall.meeting_id))


def _derived(known: tuple[bytes, ...], poll: bytes, keys: list[bytes]) -> Iterator[bytes]:
    """Yield what somebody with every long-lived key could compute from a card and its request."""
    parts = [*known, poll]
    messages = [b"".join(each) for size in (1, 2, 3) for each in permutations(parts, size)]
    messages += [b"\x00".join(each) for size in (2, 3) for each in permutations(parts, size)]
    for message in messages:
        yield hashlib.sha256(message).digest()
        for key in keys:
            yield hmac.new(key, message, hashlib.sha256).digest()


def _values(facts: Facts, name: str) -> set[bytes]:
    rows = facts.rows_before[name] + facts.rows_after[name]
    return {each for row in rows for each in _flat(row) if len(each) >= 12}


def _flat(row: dict[str, Any]) -> set[bytes]:
    return {each if isinstance(each, bytes) else str(each).encode() for each in row.values()}


# --- logs -----------------------------------------------------------------------------------------


def test_logs_tell_that_something_failed_but_not_whose_or_what(facts: Facts) -> None:
    assert "committer." in facts.logged  # the failures of the evening were logged
    secret = {
        "card": [spelling for vote in facts.votes for spelling in (vote.card, parse(vote.card))],
        "nonce": [vote.nonce for vote in facts.votes],
        "request key": [vote.key for vote in facts.votes],
        "receipt": facts.receipts,
        "tracking code": facts.codes,
        "commitment": [each.hex() for each in facts.commitments],
        "voter": [each.hex() for each in facts.hashes.values()],
        "voter as text": [repr(each)[2:-1] for each in facts.hashes.values()],
        "address": [SOURCE],
    }
    assert [kind for kind, each in secret.items() if any(value in facts.logged for value in each)] == []


def test_no_table_holds_an_address_or_the_text_of_an_error(facts: Facts) -> None:
    for name, rows in facts.rows_after.items():
        for row in rows:
            assert not any(SOURCE.encode() in value for value in _flat(row)), name
