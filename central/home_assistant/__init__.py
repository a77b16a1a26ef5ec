"""Halls as devices of Home Assistant, told by its MQTT discovery: an option, off unless asked for."""
