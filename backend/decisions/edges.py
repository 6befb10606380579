"""The one set of edges from which the trace is read in both directions. Pure.

For:        the input's page (forwards), the decision's page (backwards), exports and the picture.
Guarantees: an effect is reached from a contribution exactly when the contribution is reached from the effect,
            because both walk the same edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class NodeKind(StrEnum):
    """What stands at the ends of an edge."""

    CONTRIBUTION = "contribution"
    POLL = "poll"
    TOPIC = "topic"
    WEIGHING = "weighing"
    PAPER = "paper"
    DELIBERATION = "deliberation"
    DECISION = "decision"
    EFFECT = "effect"
    MILESTONE = "milestone"
    FEEDBACK = "feedback"


class Node(NamedTuple):
    """One thing of the trace."""

    kind: NodeKind
    id: str


class Edge(NamedTuple):
    """What led to what."""

    source: Node
    target: Node


class Edges:
    """A set of edges, walked forwards and backwards in the order they were given."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.all = tuple(dict.fromkeys(edges))
        self._after: dict[tuple[Node, NodeKind], list[str]] = {}
        self._before: dict[tuple[Node, NodeKind], list[str]] = {}
        for edge in self.all:
            self._after.setdefault((edge.source, edge.target.kind), []).append(edge.target.id)
            self._before.setdefault((edge.target, edge.source.kind), []).append(edge.source.id)

    def after(self, kind: NodeKind, node_id: str, target: NodeKind) -> tuple[str, ...]:
        """Return the ids of the target kind that a thing led to."""
        return tuple(self._after.get((Node(kind, node_id), target), ()))

    def before(self, kind: NodeKind, node_id: str, source: NodeKind) -> tuple[str, ...]:
        """Return the ids of the source kind that led to a thing."""
        return tuple(self._before.get((Node(kind, node_id), source), ()))


def effects_of_contribution(edges: Edges, contribution_id: str) -> frozenset[str]:
    """Walk forwards: contribution → topics → effects."""
    topics = edges.after(NodeKind.CONTRIBUTION, contribution_id, NodeKind.TOPIC)
    return frozenset(effect for topic in topics for effect in edges.after(NodeKind.TOPIC, topic, NodeKind.EFFECT))


def contributions_of_effect(edges: Edges, effect_id: str) -> frozenset[str]:
    """Walk backwards: effect → topics → contributions."""
    topics = edges.before(NodeKind.EFFECT, effect_id, NodeKind.TOPIC)
    return frozenset(ref for topic in topics for ref in edges.before(NodeKind.TOPIC, topic, NodeKind.CONTRIBUTION))


def link(source: NodeKind, source_id: str, target: NodeKind, target_id: str) -> Edge:
    """Return one edge."""
    return Edge(Node(source, source_id), Node(target, target_id))
