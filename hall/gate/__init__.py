"""The hall's door contact and help button."""
