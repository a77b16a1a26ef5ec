"""Taking in what happened: from the broker into the store, once, in order, acknowledged after the commit."""
