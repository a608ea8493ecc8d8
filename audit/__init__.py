"""What is logged, how it is hashed, proved and verified: pure, and usable without the service."""
