"""How a bare machine becomes a node: what the controller hands out to it."""
