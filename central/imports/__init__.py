"""Lists from outside: units, users, windows and lawyers from CSV and xlsx files; and the same lists given out."""
