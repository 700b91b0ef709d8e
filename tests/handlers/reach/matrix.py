"""What the access matrix knows of 更多 and 关联."""

from tests.support.matrix import Matrix

MATRIX = Matrix(
    open_commands=frozenset({"more", "wechat_told", "link", "places", "exit"}),
    open_routes=frozenset({"link", "place", "exit"}),
)
