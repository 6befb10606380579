"""Telling people what happened with their input: mails to confirmed addresses. Everything else they look up."""
