"""``python -m mutation PACKAGE TESTS…``, as ``./mach mutate`` starts it."""

import sys

from mutation.run import main

sys.exit(main(sys.argv[1], sys.argv[2:]))
