"""What the access matrix knows of the desk: its pages have a matrix of their own (tests/desk/test_matrix.py)."""

from tests.support.matrix import Matrix

MATRIX = Matrix(
    unsigned=frozenset({"desk"}), leaves=frozenset({"desk"}), unreached=frozenset({"desk_code"}), guessed=lambda women: ["desk_code:1"]
)
