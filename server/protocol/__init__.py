"""What travels between a client and the service. Standard library and msgspec only."""
