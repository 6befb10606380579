"""Preparing an evening alone: seven steps, each usable by itself, each saying what it still lacks.

`frame` the list of steps around every page · `dates` date, place, announcing · `agenda` the agenda editor ·
`questions` formats and common questions · `crew` plan, least crew, checklist · `printing`, `pack` one file to print ·
`rehearsal` that it was rehearsed.
"""

from moderation.preparation import agenda, crew, dates, printing, questions, rehearsal

routes = [
    *dates.routes,
    *agenda.routes,
    *questions.routes,
    *crew.routes,
    *printing.routes,
    *rehearsal.routes,
]
