"""The rules of work by the piece: where each piece of a lot is, what two people counted, what is earned by it."""
