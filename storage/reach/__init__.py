"""What waits for her next word, and what the platforms let us say unasked."""
