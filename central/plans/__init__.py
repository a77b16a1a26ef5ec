"""Plans: what halls shall work by, kept at units and halls, signed, handed down, and what the halls say of it."""
