"""Appointments (预约) and checking in (预约取号): a place taken ahead becomes a ticket."""
