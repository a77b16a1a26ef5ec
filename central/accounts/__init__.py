"""Who may come in: personal accounts, one-time codes, sessions. Nothing has a default password."""
