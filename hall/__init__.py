"""What happens in a hall, and its rules: pure functions on frozen values, no input or output, no clock."""
