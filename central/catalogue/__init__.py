"""The service catalogue: what is offered where, when halls are open, where they stand."""
