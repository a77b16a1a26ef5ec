"""The line from halls to central: who may be on it, by which certificate, and what the broker is told of it."""
