"""The package gateway: one content-addressed app in front of every package index.

It is the only address uv ever sees, on the controller and on each node, and the
only part that speaks to mirrors, through proxies and with credentials. Every file
that leaves it has the hash that the lock or the index promised.
"""
