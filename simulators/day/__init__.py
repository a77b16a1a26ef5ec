"""A seeded morning in a hall: visitors and staff who use the hall as people do, through its devices and its pages.

They know nothing that a person in the hall could not know: the slip in the hand, the signs above the windows, the
hall's display, their own keys and pages. They act through the simulator's control channel (cards, keys, paper) and
through the controller's public HTTP interface, and try again later when a machine does not answer.
"""
