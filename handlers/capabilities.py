"""All capabilities of the bot: the only list. A new one is a folder and a name here."""

from handlers import ads, answers, broadcasts, council, desk, fund, mediation, people, reach, staff, survey, training, work, workshops
from handlers.capability import merge

# Codes of /start are tried in this order: a code of her own before a take-over code, that before an invitation.
ALL = (
    people.CAPABILITY,
    work.CAPABILITY,
    training.CAPABILITY,
    reach.CAPABILITY,
    survey.CAPABILITY,
    broadcasts.CAPABILITY,
    ads.CAPABILITY,
    answers.CAPABILITY,
    council.CAPABILITY,
    mediation.CAPABILITY,
    fund.CAPABILITY,
    workshops.CAPABILITY,
    staff.CAPABILITY,
    desk.CAPABILITY,
)
CAPABILITIES = merge(ALL)
