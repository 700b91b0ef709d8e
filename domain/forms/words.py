"""Words that steer a form at any question, after normalising; the labels of the control buttons are among them."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.forms.schema import Choice, texts
from domain.normal import normalise


def several(text: str) -> frozenset[str]:
    """Words written with blanks between them."""
    return frozenset(text.split())


BACK, SKIP, CHANGE, LATER, CANCEL, MORE, READY, SUBMIT = "back", "skip", "change", "later", "cancel", "more", "ready", "submit"
# 继续 shows where she is; it neither skips a question nor submits.
GO_ON = "go_on"

_CONTROL = {
    BACK: "返回 上一步 上一个 上一题 回去 退回 后退 返回上一步 back",
    SKIP: "跳过 下一个 下一题 过 略过 先跳过 skip",
    CHANGE: "修改 改 我要改 改一下 更改 看看我填的 已填的",
    LATER: "稍后 稍后再说 以后再说 等会 等会儿 等会再说 等一下 一会再填 回头再填 回头再说 先不填 没空 later",
    CANCEL: "取消 不填了 不登记了 算了不填了 退出 cancel",
    MORE: "更多 下一页 还有呢 翻页 more",
    READY: "好了 选好了 完了 填完了 完成 没有了 没了 就这些 就这样 不改 ok 好",
    GO_ON: "继续 接着填 接着来",
    SUBMIT: "提交 确认提交 没问题 都对 对 是的 可以 交",
}
# What these say steers a form wherever it is said, so no choice may be called so.
STEERING = frozenset({BACK, SKIP, CHANGE, LATER, CANCEL, MORE})
_BY_WORD = {word: control for control, words in _CONTROL.items() for word in words.split()}
# At a question that may stay open these mean the same as 跳过; elsewhere they are an answer that nobody can use.
NOTHING = frozenset(
    [
        "没有",
        "无",
        "没",
        "都没有",
        "都没",
        "不用",
        "不需要",
        "不要",
        "都不要",
        "都不会",
        "啥也不会",
        "不会",
        "不想说",
        "不想填",
        "不知道",
        "不清楚",
        "都不",
        "都不同意",
        "不同意",
        "算了",
        "没想好",
        "不填",
    ]
)
ALL = several("都行 都可以 全部 都要 全选 全都 都会 都有 都同意 全要 都选 都想 随便 随便都行 啥都行")
YES = several("对 对的 是 是的 嗯 嗯嗯 好 好的 行 没错 可以 ok 1 确定 对对 中 确定取消 yes y")
NO = several("不对 重说 不是 错了 不 不行 2 没有 不用 接着填 no n 算了 否")

_EDGES = " \n\t.,，。、!！?？~～…:：;；“”\"'()（）[]【】⬅←➡→✅✔✓✕✏☑▶"


def plain(text: str) -> str:
    """Normalised, without blanks and punctuation at the ends and without a polite particle."""
    return normalise(text).text.strip(_EDGES)


def control(words: str) -> str:
    """The control that plain words stand for; an empty text where they are an answer."""
    return _BY_WORD.get(words) or _BY_WORD.get(re.sub(r"[吧啊呀哦了呢啦]+$", "", words), "")


@lru_cache(4096)
def key(label: str) -> str:
    """A label as it is compared with what she typed. Remembered, for labels are content and few."""
    return plain(label)


def keys_of(choice: Choice) -> list[str]:
    """All labels of a choice, in every language, and its other names, as they are compared."""
    labels = [choice.label] if isinstance(choice.label, str) else texts(choice.label)
    return [key(label) for label in (*labels, *choice.also)]


def key_of(choice: Choice) -> str:
    """The first of its labels, as it is compared."""
    return keys_of(choice)[0]


def bare(label: str) -> str:
    """A button's label without its ornament, as it can be typed."""
    return label.strip(_EDGES)
