"""What crosses the border between processes: subjects, messages, signatures, credentials.

Messages carry a version and ignore what they do not know, so that a controller
and agents of different releases work together. Nothing here opens a connection:
`venvoy.bus` and the HTTP layers carry these values.
"""
