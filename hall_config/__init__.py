"""Which hall and which words: files in, checked typed values out."""
