"""Papers and pictures of cases: judged by their bytes, written anew, kept sealed, and never a page of ours."""
