"""The hall's door contacts, help buttons and lawyers' gates."""
