"""The program in the hall: inputs, loop, journal, outputs, uplink, pages."""
