"""A large fleet on one machine: the real controller, and as many simulated agents as wanted."""
