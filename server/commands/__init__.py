"""What the `casuskring` commands do, one module per family; the top floor, which may import everything."""
