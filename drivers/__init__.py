"""How each device speaks. A device's folder holds its codec (no input or output), its driver and its frame."""
