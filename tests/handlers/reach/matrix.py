"""What the access matrix knows of reaching people where a platform does not let us write freely."""

from tests.support.matrix import Matrix

MATRIX = Matrix(open_commands=frozenset({"more"}))
