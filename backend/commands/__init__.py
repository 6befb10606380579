"""The command line, one file per group of commands; each imports what it needs only when it runs."""
