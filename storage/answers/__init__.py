"""What was asked and not answered, and what staff answered to it."""
