"""What the access matrix knows of her own menu and data."""

from tests.support.matrix import Matrix

MATRIX = Matrix(
    open_routes=frozenset({"data", "wishes", "fewer", "f", "drop", "later", "skip", "hand_on", "question", "staff_menu"}),
    open_commands=frozenset(
        {
            *("start", "menu", "help", "who", "stop", "again", "register", "data", "matters", "call", "go_on", "language"),
            *("notices", "wishes", "ask", "jobs", "tell", "own"),
        }
    ),
    leaves=frozenset({"data", "f"}),
    own_forms=frozenset({"intake", "quiet_hours"}),
)
