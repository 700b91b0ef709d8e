"""The forms engine: a form is data, a conversation is data, and every step from one state to the next is a pure function."""
