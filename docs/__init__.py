"""What generates the documentation's files; the documents themselves stand beside it."""
