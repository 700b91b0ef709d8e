"""Process life and wiring: command line, settings, the consumer, the senders, the schedule."""
