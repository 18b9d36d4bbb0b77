"""One module per change of the schema, numbered in order.

A change first expands (new tables, new columns that may be empty or have a
default); what is no longer used is dropped one release later. There are no
downgrades: a backup is the way back.
"""
