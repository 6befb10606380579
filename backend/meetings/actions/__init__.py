"""What a host does with a meeting, and what the hall may ask: one file for each thing acted on."""
