"""Hostile bytes for every parser of the drivers: corrupted frames, any split, floods; with hypothesis and atheris."""
