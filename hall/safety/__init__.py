"""Safety: the evacuation of the hall, and the key by which a window calls colleagues silently."""
