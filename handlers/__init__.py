"""What happens: `dispatch` receives each message, `routing` finds the handler, and a capability is a folder of handlers and deeds.

What all share stands beside the folders; docs/architecture.md shows one message's way.
"""
