# Aliases for people who type make. ./mach does the work; run it without arguments to see what it can do.
.PHONY: demo test doctor check fmt build lock
demo test doctor check fmt build lock:
	@./mach $@
