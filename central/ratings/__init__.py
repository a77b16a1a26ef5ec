"""Ratings to the end (好差评): kept by ingest, counted, and a bad one followed until it is closed."""
