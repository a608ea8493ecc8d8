"""Sessions: meetings of a circle, with agenda, attendance, outcomes and the journal of what happened."""
