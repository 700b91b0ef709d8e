"""The menu, codes to scan, and what `check --online` finds missing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import wechat_menu
from bot.cli import main
from channels.wechat import menu
from tests.support import wechat
from tests.support.wechat_server import SECRET, WeChatServer


@pytest.fixture
def server() -> Iterator[WeChatServer]:
    """In a thread of its own: the commands have a loop of their own."""
    found, ready = WeChatServer(), threading.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        await found.start("127.0.0.1", 0)
        ready.set()

    loop.create_task(run())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    ready.wait(60)
    yield found
    asyncio.run_coroutine_threadsafe(found.stop(), loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()


def config(folder: Path, server: WeChatServer, *, secret: str = SECRET, more: str = "") -> str:
    file = folder / "config.yaml"
    account = (
        f"enabled: yes, token: {wechat.TOKEN}, app_id: {wechat.APP_ID}, app_secret: {secret}, verified: yes, api_base: '{server.url}'{more}"
    )
    file.write_text(
        f"database: sqlite:///{folder}/m.db\nweb: {{public_url: 'https://127.0.0.1:1'}}\nchannels: {{wechat: {{{account}}}}}\n", "utf-8"
    )
    return str(file)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.output


def test_the_menu_of_the_content_is_set(tmp_path: Path, server: WeChatServer) -> None:
    code, said = run("wechat", "menu", "--config", config(tmp_path, server))
    assert (code, said.strip()) == (0, "菜单设好了：15项")
    assert server.account.menu is not None and len(server.account.menu["button"]) == 3
    assert [column["name"] for column in server.account.menu["button"]] == ["找活", "说事", "我的"]
    assert server.account.menu["button"][0]["sub_button"][0] == {"type": "click", "name": "看看有什么活", "key": "menu:work"}


def test_a_wrong_secret_is_said_plainly(tmp_path: Path, server: WeChatServer) -> None:
    code, said = run("wechat", "menu", "--config", config(tmp_path, server, secret="wrong"))
    assert code == 1 and said.strip() == "motherpost: 微信没有接受：app_secret 不对"


def test_a_code_to_scan(tmp_path: Path, server: WeChatServer) -> None:
    code, said = run("wechat", "code", "abc", "--days", "7", "--config", config(tmp_path, server))
    assert (code, said.strip()) == (0, "http://weixin.qq.com/q/abc")


def test_what_is_missing_is_told(tmp_path: Path, server: WeChatServer) -> None:
    code, said = run("check", "--online", "--config", config(tmp_path, server, more=", templates: {appointment: T9, staff: T1}"))
    assert code == 1
    assert "打不开 https://127.0.0.1:1/wechat" in said and "没有模板 T9" in said and "T1" not in said
    server.account.verified = False
    assert "客服消息发不了：公众号没有这个接口的权限" in run("check", "--online", "--config", config(tmp_path, server))[1]
    server.account.fail("stable_token", 40164)


def test_what_customer_service_misses_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    account = f"enabled: yes, corp_id: ww1, secret: s, open_kfid: wk1, token: {wechat.TOKEN}, aes_key: {wechat.AES_KEY}"
    web = "web: {public_url: 'https://127.0.0.1:1'}"
    file.write_text(
        f"database: sqlite:///{tmp_path}/m.db\n{web}\nchannels: {{wecom_kf: {{{account}, api_base: 'http://127.0.0.1:9'}}}}\n", "utf-8"
    )
    code, said = run("check", "--online", "--config", str(file))
    assert code == 1 and "打不开 https://127.0.0.1:1/wecom" in said and "微信客服的接口用不了：连不上" in said
    file.write_text(file.read_text("utf-8").replace("open_kfid: wk1, ", ""), "utf-8")
    assert "open_kfid" in run("check", "--config", str(file))[1]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [{"name": "一"}, {"name": "二"}, {"name": "三"}, {"name": "四"}],
        [{"name": "找活干找活干", "choice": "menu:work"}],
        [{"name": "一", "choice": "menu:work", "page": ""}],
        [{"name": "一", "items": [{"name": "二", "items": [{"name": "三", "choice": "x"}]}]}],
        [{"name": "一", "items": []}],
        [{"choice": "menu:work"}],
    ],
)
def test_a_menu_that_the_platform_would_refuse_is_refused_here(wrong: object) -> None:
    with pytest.raises(ValueError):
        menu.read(wrong)


def test_every_item_of_the_menu_leads_somewhere() -> None:
    from bot.content import _wechat_menu

    assert wechat_menu.load() and not list(_wechat_menu())
