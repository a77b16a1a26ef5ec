"""Figures of the monthly report that no machine knows: typed with evidence, advisers' visits, lectures and events."""
