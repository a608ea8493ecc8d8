"""The played story: a fictional region, a service as a process of its own, and a whole session with the real client."""
