"""The process that makes one node's environments what they should be.

It takes signed desired documents, builds revisions aside with uv, checks and
switches them, and reports what it sees. It runs without the controller's
dependencies and must survive a kill at any moment.
"""
