"""``hall demo``: broker, central, halls with all their devices, and visitors, on this machine and on loopback only."""
