"""Tickets taken from a phone for a hall nearby, and what anybody may know of the halls."""
