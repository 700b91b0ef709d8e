"""What happens: one file a capability; `dispatch` receives each message and asks the others."""
