"""The `venvoy` command: one module per noun over the typed HTTP client.

Data goes to stdout, talk to stderr, and exit codes are chosen in one place. It
holds no rules of its own: what is allowed is decided by the controller.
"""
