"""Appointments (预约): places taken ahead, in slots made of opening hours and capacity, handed down to the halls."""
