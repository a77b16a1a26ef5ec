"""The desk of legal aid: the list of work by deadline, looking people up, and the page of a case."""
