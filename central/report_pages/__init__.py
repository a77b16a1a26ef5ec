"""The pages on which the monthly report is prepared, reviewed, signed, taken and given back."""
