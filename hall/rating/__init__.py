"""Service rating (好差评): one rating for one service, voluntary, changeable for a day."""
