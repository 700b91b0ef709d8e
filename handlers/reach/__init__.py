"""How people are reached: what waited is brought when they speak, their channels are one talk, and they say where they want to be told."""

from handlers import tell
from handlers.capability import Capability, Route
from handlers.reach import leaving, linking, waiting

CAPABILITY = Capability(
    name="reach",
    commands={
        "more": Route(waiting.more),
        "wechat_told": Route(waiting.told, spoken=False),
        "link": Route(linking.begin),
        "places": Route(linking.places),
        "exit": Route(leaving.ask),
    },
    routes={"exit": Route(leaving.act), "link": Route(linking.answered), "place": Route(linking.act)},
    codes=(linking.offer_link,),
    brought=(tell.bring,),
)
