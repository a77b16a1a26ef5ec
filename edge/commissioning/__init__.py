"""Setting a hall up: which ports there are, what hangs on them, whether each device works, and the sheet to sign.

Knows kinds of device and their orders. Must not know any protocol: a driver brings its own question.
"""
