"""The evening: list of meetings, their preparation, and the stage console.

`steps`, `timetable` what comes next · `view`, `pages` the console · `polls`, `hall` what a host does ·
`script` the emergency exit on paper · `evenings`, `evening`, `cards`, `drafting` preparing a meeting.
"""

from moderation.stage import evening, evenings, hall, pages, polls, script

routes = [*evenings.routes, *evening.routes, *pages.routes, *polls.routes, *hall.routes, *script.routes]
