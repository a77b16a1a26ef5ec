"""All halls as they are now, made of their events, their node state and their devices' states."""
