"""What the access matrix knows of 帮我看看这个招聘."""

from tests.support.matrix import Matrix

MATRIX = Matrix(
    open_routes=frozenset({"ad_report"}),
    open_commands=frozenset({"check_ad"}),
    unreached=frozenset({"ad"}),
    own_forms=frozenset({"check_ad"}),
)
