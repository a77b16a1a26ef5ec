"""Small places without a controller: central keeps their queue itself, by the same rules and in the same journal."""
