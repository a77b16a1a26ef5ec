"""The figures of a day, by hall and service class."""
