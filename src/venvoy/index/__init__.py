"""The package gateway: the only index that uv and pip ever see.

One app, used twice: in every agent on a loopback port, and in the controller in
front of the resolver. It speaks to mirrors, so that uv needs no proxy, no CA and no
credentials; every byte that it hands on has been checked against its sha256 before
the last one leaves. `gateway.Gateway` is what other parts hold; `server` puts it on
a port. Which mirrors to ask, and in which order, is decided elsewhere (`Route`).
"""
