"""Technical ground floor without domain words: time, randomness, transactions, events, settings."""
