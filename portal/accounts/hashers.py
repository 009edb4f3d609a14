"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2(Argon2PasswordHasher):
    """Argon2id at the strength OWASP's Password Storage Cheat Sheet names: 19 MiB, two passes, one lane.

    Django's own default (100 MiB, eight lanes) takes all cores for a quarter of a second, so eight people who sign in
    at once wait for one another; see docs/decisions/0004. A hash made with other numbers is renewed at its next use.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
