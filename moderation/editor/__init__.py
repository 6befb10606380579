"""The editors: weighing (contributions, topics, reasons) and decisions (bodies, effects, steps, answers)."""

from __future__ import annotations

from moderation.editor import answers, decision_steps, decisions, weighing, weighing_steps

routes = [
    *weighing.routes,
    *weighing_steps.routes,
    *decisions.routes,
    *decision_steps.routes,
    *answers.routes,
]
