"""Lawyers of a unit: who may practise, whose turn it is, whom a conflict keeps out, and what a firm does and sees."""
