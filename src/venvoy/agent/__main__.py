"""`python -m venvoy.agent`: the agent as a process of its own."""

import sys

from venvoy.agent.main import main

sys.exit(main(sys.argv[1:]))
