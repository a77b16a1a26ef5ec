"""The tree of units: city, district, street station, village room; who is where, and what is below."""
