"""Passwords cost an attacker what the source says; the other tests use a cheaper hash of the same kind."""

from __future__ import annotations

from argon2 import Type, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from backend.accounts import passwords


def test_hash_of_the_installation_has_the_recommended_cost() -> None:
    parameters = extract_parameters(passwords._DUMMY)  # made when the module was imported, before any test
    assert parameters == RFC_9106_LOW_MEMORY
    assert parameters.type is Type.ID


def test_hash_made_at_a_lower_cost_is_right_for_its_password_only() -> None:
    made = passwords.hash_password("vier bunte Esel tanzen")
    assert made.startswith("$argon2id$")
    assert passwords.is_right(made, "vier bunte Esel tanzen")
    assert not passwords.is_right(made, "vier bunte Esel singen")
    assert not passwords.is_right(None, "vier bunte Esel tanzen")
