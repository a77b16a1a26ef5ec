"""Who did what, when, to what, with what result, from where: lines that only grow, each with the hash of the last."""
