"""Content packs: what a hall tells its visitors, in a folder that the hall holds itself."""
