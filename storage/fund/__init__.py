"""Every query of the community fund."""
