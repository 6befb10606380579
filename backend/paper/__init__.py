"""Ballots on paper: sheets and their counts, scanned batches, two people who decide and confirm."""
