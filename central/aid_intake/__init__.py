"""Where an application for legal aid comes in: from home, at the desk, at a street's station, and an organ's notice."""
