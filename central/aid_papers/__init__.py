"""The documents of legal aid: which there are, their templates, their numbers, and each one as it was issued."""
