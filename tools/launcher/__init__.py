"""The launcher behind ./mach: sets up, tests and checks this checkout.

Guarantees: standard library only, so it runs before anything is installed. Refuses: to touch
anything outside the checkout, except system packages under ``test --ci``.
"""
