"""The queue: tickets, windows, calls."""
