"""Tickets of all halls: one row each, made of its events; the events tell its story."""
