"""Every device of a hall from the device's side, and a seeded day of visitors. Imports no driver."""
