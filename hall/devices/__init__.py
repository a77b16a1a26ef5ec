"""What the hall knows of its devices: working or failed, slip printed or not, call spoken or not."""
