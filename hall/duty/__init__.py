"""The rota (值班排班): who is on duty for which classes, by half-day."""
