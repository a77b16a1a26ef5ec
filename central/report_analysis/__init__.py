"""What a unit's forms mean, for whoever decides: the analysis of some months, and the yearly assessment sheet."""
