"""Voting cards and guest cards: printed one-time codes in packs."""
