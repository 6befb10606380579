"""Whom to trust: the logs' keys, the witnesses, and how many of them must have signed.

For:        auditors (what to believe), publishers and witnesses (whom to ask, whom to cosign for).
Guarantees: pure.
Refuses:    lines it does not understand (`InvalidPolicy`): a trust file is not guessed at.
Source:     C2SP tlog-policy (log, witness, group, quorum lines).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from backend.transparency.note import InvalidNote, VerifierKey

NONE: Final = "none"

_GROUP_WORDS: Final = 3


class InvalidPolicy(ValueError):
    """The policy is malformed."""


@dataclass(frozen=True, slots=True)
class Group:
    """At least `needed` of its members (witnesses or groups) must agree."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness's key, and its address where the policy names one."""

    key: VerifierKey
    url: str | None = None


@dataclass(slots=True)
class Policy:
    """A parsed policy file."""

    logs: dict[str, VerifierKey] = field(default_factory=dict)
    """By origin."""
    witnesses: dict[str, KnownWitness] = field(default_factory=dict)
    """By the name the policy gives them."""
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Read a policy file. Raises: InvalidPolicy."""
        policy = cls()
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.partition("#")[0].split()
            try:
                policy._read(words)
            except (InvalidNote, IndexError, ValueError) as error:
                raise InvalidPolicy(f"line {number}: {error}") from error
        return policy

    def is_met(self, signers: Mapping[str, bool]) -> bool:
        """Tell whether the quorum is reached, given which witnesses signed."""
        return self.quorum == NONE or self._agrees(self.quorum, signers)

    def _agrees(self, name: str, signers: Mapping[str, bool]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return signers.get(name, False)
        return sum(self._agrees(each, signers) for each in group.members) >= group.needed

    def _read(self, words: list[str]) -> None:
        match words:
            case []:
                return
            case ["log", vkey, *_]:
                key = VerifierKey.parse(vkey)
                self.logs[key.name] = key
            case ["witness", name, vkey, *url]:
                self._check_new(name)
                self.witnesses[name] = KnownWitness(VerifierKey.parse(vkey), *url[:1])
            case ["group", name, needed, *members]:
                self._check_new(name)
                self.groups[name] = self._group(needed, members)
            case ["quorum", name]:
                self._check_known(name)
                self.quorum = name
            case _:
                raise InvalidPolicy(f"expected log, witness, group or quorum, got {words[0]!r}")

    def _group(self, needed: str, members: list[str]) -> Group:
        for member in members:
            self._check_known(member)
        count = {"any": 1, "all": len(members)}.get(needed) or int(needed)
        if not 0 < count <= len(members):
            raise InvalidPolicy(f"expected between 1 and {len(members)} members, got {needed}")
        return Group(count, tuple(members))

    def _check_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise InvalidPolicy(f"expected a new name, got {name!r}")

    def _check_known(self, name: str) -> None:
        if name != NONE and name not in self.witnesses and name not in self.groups:
            raise InvalidPolicy(f"expected a name defined above, got {name!r}")
