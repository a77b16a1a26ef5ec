"""Independent witnesses: programs and libraries of others that know the same protocols, asked whether they agree.

What installs from Debian or from the lock runs in ``make test``. What needs a newer Python or node is marked
``witness`` and runs with ``make check-witness``, which puts it under ``build/witness``.
"""
