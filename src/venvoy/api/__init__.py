"""The HTTP surface of the controller: thin routers, sign-in, problems and the console.

A router checks who asks, translates between JSON and the controller's commands
and queries, and decides nothing else. Errors become `application/problem+json`
(RFC 9457) in one place.
"""
