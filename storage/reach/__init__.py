"""What waits until somebody writes again, and what each platform lets us send unasked."""
