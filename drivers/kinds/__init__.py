"""What each kind of device is asked and tells, whatever protocol it speaks: words that the drivers of a kind share.

One file for each kind. A driver of a kind carries out its orders and gives its reports and no others; whoever uses a
device knows its kind, never its protocol. The ID-card reader's words stand beside its card: ``drivers.id_card_reader``.
"""
