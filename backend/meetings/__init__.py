"""Meetings: agenda, questions from the hall, people counted, and what a live room shows."""
