"""What changes consultations: one verb per function, grouped by file. Actions flush, they never commit."""
