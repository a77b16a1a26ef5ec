"""A unit's form computed again, by another way than the one that counted it: from the stored events and from the steps
of central's own records, one after the other, and compared with what the form says. A difference is an alarm.

What the two ways share is the definition of the form (``central/report/form.py``) and the rules as they are published;
no statement and no view of the counting is used here, so that a mistake or a changed row there does not confirm itself.
"""
