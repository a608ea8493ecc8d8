"""The privacy officer's desk: who saw what, for the organisation that has to answer for it."""
