"""The robot in the staff's group: twenty a minute, what is more goes together, and nothing private."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from channels.wecom.robot import MOST, Robot
from domain.errors import SendError
from domain.messages import Outbound


class Group:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.errcode = 0
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        content = (await request.json())["markdown"]["content"]
        assert len(content.encode()) <= 4096
        if not self.errcode:
            self.said.append(content)
        return web.json_response({"errcode": self.errcode, "errmsg": ""})


@pytest.fixture
async def group() -> AsyncIterator[Group]:
    found = Group()
    app = web.Application()
    app.router.add_post("/send", found.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = "http://{}:{}/send".format(*runner.addresses[0])
    yield found
    await runner.cleanup()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.paused: list[float] = []
        self.go = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        await self.go.wait()
        self.now += seconds


async def test_what_is_more_than_twenty_a_minute_goes_together(group: Group) -> None:
    clock = Clock()
    robot = Robot(group.url, clock=lambda: clock.now, pause=clock.pause)
    for number in range(20):
        await robot.send("group", Outbound(text=f"第{number}条"), number)
    later: list[Any] = [asyncio.create_task(robot.send("group", Outbound(text=f"第{number}条"), number)) for number in range(20, 25)]
    while not clock.paused:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0)
    assert len(group.said) == 20
    clock.go.set()
    await asyncio.gather(*later)
    assert group.said[20:] == ["\n\n".join(f"第{number}条" for number in range(20, 25))] and clock.paused == [60.0]
    await robot.close()


async def test_a_long_text_goes_in_pieces_and_errors_have_their_kind(group: Group) -> None:
    robot = Robot(group.url, clock=lambda: 0.0)
    await robot.send("group", Outbound(text="通知。" * 1000), 1)
    assert len(group.said) == 3 and all(len(said.encode()) <= MOST for said in group.said)
    with pytest.raises(SendError) as raised:
        await robot.send("group", Outbound(text="案子", private=True), 2)
    assert raised.value.kind == "rejected"
    group.errcode = 93000
    with pytest.raises(SendError) as raised:
        await robot.send("group", Outbound(text="x"), 3)
    assert (raised.value.kind, raised.value.why) == ("misconfigured", "robot_address")
    await robot.close()
