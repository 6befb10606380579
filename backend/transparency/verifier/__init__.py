"""Check a log without trusting the server that wrote it: `verify_directory`, `verify_url`.

Imports the pure modules of `backend.transparency` only: no database, no web, no domain. sources: where
files come from · policy: whom to trust · logs: signatures and tree · ledger: what the entries say ·
commitments, polls, inputs: whether it holds together · receipts: one voter's code · audit: all of it.
"""

from backend.transparency.verifier.audit import verify_directory, verify_url
from backend.transparency.verifier.report import Code, Finding, Report

__all__ = ["Code", "Finding", "Report", "verify_directory", "verify_url"]
