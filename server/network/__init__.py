"""Organisations, members, circles, seats, agreements and the schedule."""
