"""What she sees at each place of a form, as data: which words, which choices with which tokens, which controls."""

from __future__ import annotations

from collections.abc import Sequence

from domain.forms import which_days, words
from domain.forms.conversation import SUMMARY, Option, Screen, Show, Words, checksum, say, token
from domain.forms.schema import TOGGLED, Answers, Choice, Question
from domain.forms.values import answers_in, in_words, joined, toggled
from domain.forms.walk import Walk
from domain.plain import Json

# A list longer than LONG is shown by pages of PAGE: more does not fit on a phone without scrolling.
LONG = 15
PAGE = 10
YEARS = 12
YEARS_BACK = 100

_BACK = say("form.button_back")
_SKIP = say("form.button_skip")
_CHANGE = say("form.button_change")
_LATER = say("form.button_later")
_CANCEL = say("form.button_cancel")
_READY = say("form.button_ready")
_KEEP = say("form.button_keep")


def show(walk: Walk, *, edit: bool = False, first: tuple[Words, ...] = ()) -> Show:
    """The screen of the place where she stands; `first` is said above it."""
    question = walk.form.at(walk.at)
    if walk.asking == "words":
        screen = _confirm(walk)
    elif walk.asking == "days":
        screen = _which_days(walk)
    elif walk.asking:
        screen = _sure(walk)
    elif question is None:
        screen = _summary(walk, edit=edit, first=first)
    elif walk.at.endswith("/+"):
        screen = _another(walk, question, first)
    else:
        screen = _question(walk, question, edit=edit, first=first)
    return Show(screen)


def name_of(walk: Walk, path: str) -> Words:
    """What a question is called in the summary and in messages."""
    question = walk.form.at(path)
    if question is None:
        return path
    short = question.short or question.label
    return say("form.entry_of", index=int(path.split("/")[1]) + 1, what=short) if path.count("/") == 2 else short


def option(walk: Walk, label: Words, path: str, code: str, **more: object) -> Option:
    return Option(label, token(walk.key, walk.form.version, path, code), **more)  # type: ignore[arg-type]


def values_said(walk: Walk, answers: Answers) -> tuple[Words, ...]:
    """`名称：值` of each answer that may be shown on this channel."""
    said: list[Words] = []
    for path, value in answers.items():
        question = walk.form.at(path)
        if question is not None and (walk.around.carries_private or not question.private):
            said.append(say("form.named_value", what=name_of(walk, path), value=in_words(question, value, walk.options(question))))
    return tuple(said)


def _private(walk: Walk, answers: Sequence[str]) -> bool:
    return walk.around.carries_private and any(question.private for path in answers if (question := walk.form.at(path)) is not None)


def _confirm(walk: Walk) -> Screen:
    tag = checksum(str(walk.pending))
    return Screen(
        path=walk.at,
        lines=(say("form.you_said", what=say("form.joined", parts=values_said(walk, walk.pending))),),
        options=(
            option(walk, say("form.yes"), walk.at, "!yes" + tag, number=1),
            option(walk, say("form.again"), walk.at, "!again" + tag, number=2),
        ),
        private=_private(walk, list(walk.pending)),
    )


def _which_days(walk: Walk) -> Screen:
    """上午九点到下午三点: on which days is asked, not taken for granted."""
    tag = checksum(str(walk.pending))
    hours = ", ".join(which_days.hours(walk.form, walk.pending))
    named = enumerate(which_days.CHOICES, 1)
    return Screen(
        path=walk.at,
        lines=(say("form.which_days", hours=hours),),
        options=(
            *(option(walk, say(f"form.{name}"), walk.at, f"!{name}{tag}", number=number) for number, name in named),
            option(walk, say("form.again"), walk.at, "!again" + tag, number=len(which_days.CHOICES) + 1),
        ),
    )


def _sure(walk: Walk) -> Screen:
    cancels = walk.asking == "cancel"
    return Screen(
        path=walk.at,
        lines=(say("form.sure_cancel" if cancels else "form.sure_end"),),
        options=(
            option(walk, say("form.button_cancel_sure" if cancels else "form.button_end_sure"), walk.at, "!sure." + walk.asking, number=1),
            option(walk, say("form.button_go_on"), walk.at, "!go", number=2),
        ),
    )


def _another(walk: Walk, question: Question, first: tuple[Words, ...]) -> Screen:
    count = walk.counts.get(question.name, 0)
    removal = (option(walk, say("form.button_drop_last"), walk.at, f"!drop.{count}"),) if count > int(question.required) else ()
    return Screen(
        path=walk.at,
        lines=(*first, question.label, *_hints(question), say("form.another", count=count)),
        options=(
            option(walk, say("form.button_another"), walk.at, f"!another.{count}", number=1),
            option(walk, say("form.button_enough"), walk.at, "!enough", number=2),
        ),
        actions=removal,
        controls=_controls(walk, question),
        private=question.private,
    )


def _hints(question: Question) -> tuple[Words, ...]:
    return (question.hint,) if question.hint else ()


def _question(walk: Walk, question: Question, *, edit: bool, first: tuple[Words, ...]) -> Screen:
    inner = question.questions[0] if question.listed else question
    lines: list[Words] = [*first, *_notes(walk, question), *_step(walk), question.label, *_hints(question)]
    lines += _earlier(walk, question)
    options, more = _options(walk, question, inner)
    if not options and inner.type in ("date", "month", "phone", "place", "windows"):
        lines.append(say("form.how." + inner.type))
    return Screen(
        path=walk.at,
        lines=tuple(lines),
        options=tuple(options),
        actions=(*more, *_actions(walk, question)),
        controls=_controls(walk, question),
        edit=edit,
        private=question.private,
    )


# From so many questions on she is told how far she has come.
COUNTED = 4


def _step(walk: Walk) -> list[Words]:
    """第3步，共8步: of what she is asked, while she fills a longer form in; not where she changes one answer."""
    asked = [path for path, question in walk.order if question.asked and walk.origin.get(path) not in ("known", "heard")]
    if len(asked) < COUNTED or walk.at not in asked or walk.first_open != walk.at:
        return []
    return [say("form.step", number=asked.index(walk.at) + 1, count=len(asked))]


def _notes(walk: Walk, question: Question | None) -> list[Words]:
    """The notes that stand directly before a question (None: at the end of the form), where they apply."""
    notes: list[Words] = []
    for one in walk.form.questions:
        if question is not None and one.name == question.name:
            return notes
        if one.type != "note":
            notes = [] if one.asked else notes
        elif all(relevant.holds(walk.answers, now=walk.around.now) for relevant in one.relevant):
            notes.append(one.label)
    return notes if question is None else []


def _earlier(walk: Walk, question: Question) -> list[Words]:
    value = walk.answers.get(walk.at)
    if question.listed:
        return [say("form.listed", what=in_words(question, value, walk.options(question)))] if value else []
    if value is None or (question.type in TOGGLED and _shown_by_ticks(walk, question, value)):
        return []
    wrong = [question.constraint_message or say("form.constraint")] if not walk.valid(walk.at, question, value) else []
    return [say("form.earlier", value=in_words(question, value, walk.options(question))), *wrong]


def _shown_by_ticks(walk: Walk, question: Question, value: Json) -> bool:
    """Whether the ticks say the whole earlier answer; hours in her own words are not among the choices."""
    options = walk.options(question)
    return walk.toggles is not None or joined(question, toggled(question, value, options), options) == value


def _options(walk: Walk, question: Question, inner: Question) -> tuple[list[Option], list[Option]]:
    """What can be chosen, and the buttons that turn pages or take entries of a list away."""
    path = f"{question.name}/{len(answers_in(walk.answers.get(walk.at)))}" if question.listed else walk.at
    removals = _removals(walk, question)
    if inner.type == "month":
        options, more = _months(walk, path)
        return options, more + removals
    options, more = _choices(walk, inner, path)
    return options, more + removals


def _choices(walk: Walk, question: Question, path: str) -> tuple[list[Option], list[Option]]:
    choices = list(enumerate(question.options(walk.around.lists), 1))
    if walk.search:
        choices = [(number, one) for number, one in choices if any(walk.search in key for key in words.keys_of(one))]
    many = question.type in TOGGLED
    ticked = set(ticks(walk, question)) if many else set()
    shown, more = _paged(walk, choices, path)
    if walk.search:
        more.append(option(walk, say("form.button_all"), path, "!all"))
    return [_choice(walk, one, number, path, on=one.name in ticked, many=many) for number, one in shown], more


def _choice(walk: Walk, choice: Choice, number: int, path: str, *, on: bool, many: bool) -> Option:
    code = ("-" if on else "+") + choice.name if many else choice.name
    return Option(choice.label, token(walk.key, walk.form.version, path, code), number, on, box=many)


def ticks(walk: Walk, question: Question) -> list[str]:
    """The choices that are ticked: what she tapped on this screen, else her earlier answer."""
    return walk.toggles if walk.toggles is not None else toggled(question, walk.answers.get(walk.at), walk.options(question))


def _paged(walk: Walk, choices: list[tuple[int, Choice]], path: str) -> tuple[list[tuple[int, Choice]], list[Option]]:
    if len(choices) <= LONG:
        return choices, []
    pages = -(-len(choices) // PAGE)
    page = walk.page % pages
    more = option(walk, say("form.button_more", page=page + 1, pages=pages), path, f"!more.{(page + 1) % pages}")
    return choices[page * PAGE : (page + 1) * PAGE], [more]


def _months(walk: Walk, path: str) -> tuple[list[Option], list[Option]]:
    if walk.year:
        months = [
            option(walk, say("form.month_button", month=month), path, f"{walk.year}-{month:02d}")
            for month in range(1, 13)
            if (int(walk.year), month) <= (walk.around.now.year, walk.around.now.month)
        ]
        return months, [option(walk, say("form.button_other_year"), path, "!years")]
    start = walk.around.now.year - walk.page % (YEARS_BACK // YEARS) * YEARS
    years = [option(walk, say("form.year_button", year=str(year)), path, f"@{year}") for year in range(start, start - YEARS, -1)]
    return years, [option(walk, say("form.button_earlier_years"), path, f"!more.{walk.page + 1}")]


def _removals(walk: Walk, question: Question) -> list[Option]:
    listed = answers_in(walk.answers.get(walk.at)) if question.listed else ()
    inner = question.questions[0] if question.listed else question
    return [
        option(
            walk, say("form.button_remove", what=in_words(inner, entry, walk.options(question))), walk.at, f"!remove.{index}.{len(listed)}"
        )
        for index, entry in enumerate(listed)
    ]


def _actions(walk: Walk, question: Question) -> list[Option]:
    value = walk.answers.get(walk.at)
    if (question.type in TOGGLED and (value is None or _shown_by_ticks(walk, question, value))) or question.listed:
        chosen = value if question.listed else ticks(walk, question)
        return [option(walk, _READY, walk.at, "!ready")] if chosen or question.required else []
    if value is not None:
        return [option(walk, _KEEP, walk.at, "!keep")]
    if question.default is not None:
        words_ = in_words(question, question.default, walk.options(question))
        return [option(walk, say("form.button_default", value=words_), walk.at, "!keep")]
    return []


def _controls(walk: Walk, question: Question) -> tuple[Option, ...]:
    controls = [option(walk, _BACK, walk.at, "!back")] if walk.before(walk.at) else []
    nothing = not walk.answers.get(walk.at) if question.listed else True
    if not question.required and nothing and not walk.at.endswith("/+"):
        controls.append(option(walk, question.skip or _SKIP, walk.at, "!skip"))
    if walk.answers:
        controls.append(option(walk, _CHANGE, walk.at, "!change"))
    return (*controls, *_leave(walk))


def _leave(walk: Walk) -> tuple[Option, ...]:
    return (option(walk, _LATER, walk.at, "!later"), option(walk, _CANCEL, walk.at, "!cancel"))


def _summary(walk: Walk, *, edit: bool, first: tuple[Words, ...]) -> Screen:
    whole = walk.first_open == SUMMARY
    actions = option(walk, say("form.button_submit" if whole else "form.button_fill_on"), SUMMARY, "!submit" if whole else "!fill")
    back = (option(walk, _BACK, SUMMARY, "!back"),) if walk.before(SUMMARY) else ()
    return Screen(
        path=SUMMARY,
        lines=(*first, *(_notes(walk, None) if whole else ()), say("form.summary" if whole else "form.review")),
        options=tuple(_entry(walk, path, question, number) for number, (path, question) in enumerate(entries(walk), 1)),
        actions=(actions,),
        controls=(*back, *_leave(walk)),
        edit=edit,
        private=_private(walk, list(walk.answers)),
    )


def entries(walk: Walk) -> list[tuple[str, Question]]:
    """What the summary lists, in order: all that applies; before the end only what is answered."""
    whole = walk.first_open == SUMMARY
    return [one for one in walk.order if whole or one[0] in walk.answers or (one[0].endswith("/+") and one[1].name in walk.closed)]


def _entry(walk: Walk, path: str, question: Question, number: int) -> Option:
    if path.endswith("/+"):
        detail: Words = say("form.entries", count=walk.counts.get(question.name, 0))
    else:
        detail = in_words(question, walk.answers.get(path), walk.options(question))
    if walk.origin.get(path) == "known" and walk.answers.get(path) not in (None, "", []):
        detail = say("form.already_known", value=detail)
    return option(walk, name_of(walk, path), path, "!open", number=number, detail=detail)
