"""The evening: list of meetings, their preparation, and the stage console.

`steps`, `timetable` what comes next · `view`, `pages` the console · `polls`, `hall` what a host does ·
`words` which words of a word cloud are shown · `evenings`, `evening`, `cards`, `drafting`, `question_form`
preparing a meeting.
"""

from moderation.stage import evening, evenings, hall, pages, polls, words

routes = [*evenings.routes, *evening.routes, *pages.routes, *polls.routes, *hall.routes, *words.routes]
