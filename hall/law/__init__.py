"""Numbers of law: pure functions over rule tables that come in as data, each with its source and first day."""
