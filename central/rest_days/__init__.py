"""Which days nobody works: the years that ship with the program, and those that an administrator brought in since."""
