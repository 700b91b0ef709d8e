"""What the desk asks of the store."""
