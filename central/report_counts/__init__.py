"""What a unit itself did in a period: the cells of the monthly report that come from what happened, room by room."""
