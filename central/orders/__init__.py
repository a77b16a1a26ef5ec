"""Orders to halls: sent once, answered by the hall, the answer kept."""
