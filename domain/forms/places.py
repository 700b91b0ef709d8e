"""Whether a text says where somebody lives, by no name that a list has: 我住火车站旁边, 家在幸福中路那边, 桃花社区."""

from __future__ import annotations

import re

# The choice of a list that means: none of these.
ELSEWHERE = "none"
LONGEST = 40
_LIVES = re.compile(r"^(?:我|俺|咱)?们?家?(?:现在|目前|就)?(?:是)?(?:住在|住|家在|在|家是)(?P<where>.{2,})$")
_KIND = (
    r"(?:社区|小区|新村|村|镇|乡|街道?|路|巷|胡同|弄|大院|家属院|公寓|花园|家园|新城|苑|城|湾|园|里|庄|屯|广场|车站|火车站|码头|医院|学校|小学|中学|"
    r"市场|超市|商场|大厦|公园|大桥|桥|桥头|厂|号楼|楼|号)"
)
_NEAR = r"(?:旁边?|边上|附近|跟前|对面|后面|前面|后头|前头|那边|那儿|那块儿?|那片|这边|一带|东边|西边|南边|北边|里头|里面|上|下)"
_PLACE = re.compile(rf"^[\w\s\-]*{_KIND}(?:的?{_NEAR})?[\w\-]{{0,6}}$|^[\w\s\-]{{2,}}{_NEAR}$")
# What is asked, wished for or told is no place: 我在家里找活, 我住院了.
_NO_PLACE = re.compile(r"[?？吗呢没不]|住院|住不|找|想|做|干|学|会|有空|怎么|哪|什么|多少|谁|打我|骂")


def said(text: str) -> str:
    """The place that she names, in her words; empty where it is none."""
    plain = text.strip(" 。.!！~，,")
    found = _LIVES.match(plain)
    where = (found["where"] if found else plain).strip()
    if len(plain) > LONGEST or _NO_PLACE.search(plain):
        return ""
    return where if _PLACE.match(where) else ""
