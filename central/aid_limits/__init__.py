"""Clocks of cases: when each limit of law ends, what stopped it, what came of it, and who is told in time."""
