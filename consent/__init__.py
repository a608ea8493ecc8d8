"""May this organisation process this, for that purpose, now? Pure decisions, without any input or output."""
