"""Our own Dutch Presidio recognisers, one module per family."""
