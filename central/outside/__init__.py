"""Figures of other systems: the 12348 hotline and the web platform, by unit and day, and calls told one by one."""
