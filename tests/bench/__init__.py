"""Figures of docs/performance.md, each with the command that gives it: ``make bench``."""
