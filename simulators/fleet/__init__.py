"""A city's halls without their devices: real connections, plausible days, and nothing believed without a look."""
