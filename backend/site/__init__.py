"""Pages for citizens; they parse, ask the domain and render."""
