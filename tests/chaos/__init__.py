"""A long day of faults: what the devices say they did equals what the journal says."""
