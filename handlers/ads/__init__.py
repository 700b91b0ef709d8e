"""帮我看看这个招聘: a job notice from elsewhere is checked for her; if she wants it, the coordinator gets it without her name."""

from handlers.ads import checking
from handlers.capability import Capability, Route, Step

CAPABILITY = Capability(
    name="ads",
    commands={"check_ad": Route(checking.begin)},
    routes={"ad_report": Route(checking.report), "ad": Route(checking.see, needs="broadcasts.write")},
    finished={"check_ad": checking.finished},
    intents={"check_ad": checking.heard},
    clock=(Step("upkeep", run=checking.forget),),
)
