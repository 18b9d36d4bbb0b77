"""The only NATS of Venvoy: the client, the embedded server, streams and buckets.

It carries the messages that `venvoy.wire` defines and knows nothing of what they
mean. A lost message costs delay, never correctness: whoever uses it resyncs.
"""
