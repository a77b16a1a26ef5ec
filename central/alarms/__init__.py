"""What lasts too long, is broken or runs out in any hall, until somebody has seen it and it is over."""
