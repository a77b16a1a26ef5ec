"""The steps of the store, oldest first; a step that was ever released is never changed."""
