"""Staff surfaces: queue, stage, desk and editors. They parse, ask one action, and render."""
