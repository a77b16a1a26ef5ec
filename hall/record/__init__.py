"""What was done at a window, in the codes of the monthly report: two taps, skippable."""
