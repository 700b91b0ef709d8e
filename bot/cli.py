"""The command line. Exit 0 on success, 2 on wrong usage, 1 on anything else, with one clear line and no traceback."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.command_line import command, main
from domain.access import ROLES
from domain.process_roles import ROLES as PROCESS_ROLES

__all__ = ["main"]


@command()
@click.option("--host", help="默认是设置里的 web.host")
@click.option("--port", type=click.IntRange(0, 65535), help="默认是设置里的 web.port；0 是任意空闲端口")
@click.option("--demo", is_flag=True, help="空库先填入演示小城，并打印各种身份的邀请链接")
@click.option(
    "--role",
    type=click.Choice(PROCESS_ROLES),
    default="all",
    show_default=True,
    help="这个进程只做哪一份：收消息、发消息、定时任务、工作台；要 PostgreSQL",
)
def run(config: Path | None, host: str | None, port: int | None, demo: bool, role: str) -> None:
    """启动：渠道、发送和定时任务，直到 Ctrl+C。"""
    from bot.commands import serve

    serve.run(config, host=host, port=port, demo=demo, role=role)


@command()
@click.option("--online", is_flag=True, help="也问问微信那边：地址通不通、IP、权限、模板，缺什么说什么")
def check(config: Path | None, online: bool) -> None:
    """检查设置、表单、话术、词库、数据库和迁移。"""
    from bot.commands import upkeep

    wrong = upkeep.check(config)
    if online and not wrong:
        from bot.commands import online as asked

        wrong = asked.check(config)
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        sys.exit(1)
    if not upkeep.wage_tier_set():
        click.echo("提醒：最低工资按一档算；本区县是第几档，请写在 content/lexicon/screening/minimum_wage.yaml 的 tier", err=True)
    if unset := upkeep.posts_without_terms(config):
        click.echo(f"提醒：{unset} 个有来料的岗位没说是劳动关系还是承揽，工钱先按劳动关系算；请在“结工钱”里写明律师的意见", err=True)
    for said in upkeep.replication(config):
        click.echo(f"提醒：{said}", err=True)
    if not upkeep.makes_pdf():
        click.echo("提醒：没有装 LibreOffice（soffice），卷宗只有 Word，没有 PDF", err=True)
    if not upkeep.draws_cards():
        click.echo("提醒：没有装中文字体（fonts-noto-cjk 和 fontconfig），岗位卡片存不成图片，只能打印", err=True)
    click.echo("都好")


@command()
def migrate(config: Path | None) -> None:
    """把数据库结构升到这个版本（SQLite 启动时自动做）。"""
    from bot.commands import upkeep

    click.echo(upkeep.migrate(config))


@command()
@click.option("--mothers", type=click.IntRange(0), default=5000, show_default=True)
@click.option("--positions", type=click.IntRange(0), default=3200, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def demo(config: Path | None, mothers: int, positions: int, seed: int) -> None:
    """往空库里填一座虚构的小城；种子相同，内容相同。"""
    from bot.commands import town

    town.fill(config, mothers=mothers, positions=positions, seed=seed)
    click.echo(f"填好了：{mothers} 位妈妈，{positions} 个岗位")


@command()
@click.argument("role", type=click.Choice(list(ROLES)))
@click.option("--community", help="社区代码；妇联的身份可以不写，表示全市")
@click.option("--cell", help="网格代码，只用于 grid_worker；不写表示整个社区")
@click.option("--enterprise", help="企业代码，employer 必须写")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), default=72, show_default=True, help="几小时内有效")
def invite(config: Path | None, role: str, community: str | None, cell: str | None, enterprise: str | None, hours: float) -> None:
    """打印一个只能用一次的邀请码和链接。"""
    from bot.commands import town

    code, link = town.invite(config, role, community=community, cell=cell, enterprise=enterprise, hours=hours)
    click.echo(f"{code}\n{link}")


@command(name="desk-link")
@click.argument("key")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), default=1, show_default=True, help="几小时内有效")
def desk_link(config: Path | None, key: str, hours: float) -> None:
    """打印一个只能用一次的工作台链接；KEY 是工作人员的编号。第一台电脑、没有同事能确认时用。"""
    from bot.commands import desk

    click.echo(desk.link(config, key, hours=hours))


@command()
@click.option("--mother", metavar="KEY")
@click.option("--position", metavar="KEY")
@click.option("--all", "all_", is_flag=True)
@click.option("--top", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON（默认也是）")
def match(config: Path | None, mother: str | None, position: str | None, all_: bool, top: int | None, as_json: bool) -> None:
    """谁和哪个岗位合适，合适的在前。"""
    if sum((mother is not None, position is not None, all_)) != 1:
        raise click.UsageError("--mother、--position、--all 要写一个，只写一个")
    from bot.commands import town

    for line in town.match(config, mother=mother, position=position, all_=all_, top=top):
        click.echo(line)


@command()
def read(config: Path | None) -> None:
    """标准输入一行一句话，标准输出一行一个读出来的 JSON。"""
    from bot.commands import text

    text.read(sys.stdin.buffer, sys.stdout.buffer)


@command()
def screen(config: Path | None) -> None:
    """标准输入 {"id","text"}，标准输出 {"id","verdict","findings"}。"""
    from bot.commands import text

    text.screen(sys.stdin.buffer, sys.stdout.buffer)


@command()
def group(config: Path | None) -> None:
    """标准输入 {"id","text"} 的建议，标准输出 {"id","group","topic"}。"""
    from bot.commands import text

    text.group(sys.stdin.buffer, sys.stdout.buffer)


@command()
@click.option("--most", type=click.IntRange(1), default=50, show_default=True)
def words(config: Path | None, most: int) -> None:
    """标准输入一行一句话，列出说得多、词库里却没有的词。"""
    from bot import config as settings
    from bot.commands import text

    for word, count in text.unknown_words(sys.stdin.buffer, cache=settings.data_folder(settings.read(config)), most=most):
        click.echo(f"{count}\t{word}")


def _month(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    from datetime import UTC, datetime

    from domain.staff.reports import period

    try:
        period(value, now=datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


@command()
@click.option(
    "--of",
    type=click.Choice(["work", "council", "mediation", "pay"]),
    default="work",
    help="work 就业（不写就是它），council 意见箱和议事会，mediation 调解和热线，pay 工钱、分成、基金、活动和省下的成本",
)
@click.option("--month", metavar="YYYY-MM", callback=_month, help="哪个月；不写就是到现在为止")
@click.option("--format", "format_", type=click.Choice(["text", "csv", "xlsx"]), help="不写就看 --out 的后缀，再没有就是 text")
@click.option("--out", type=click.Path(path_type=Path), help="写进这个文件；不覆盖已有文件")
@click.option("--outside", is_flag=True, help="给外面看的：少于3人的数不写")
def report(config: Path | None, of: str, month: str | None, format_: str | None, out: Path | None, outside: bool) -> None:
    """各社区、各种干法、各行当的数字：登记、摸底、培训、报名、上岗、留下来；或者各社区的建议和议事会；或者调解和热线。"""
    suffix = out.suffix.lower().removeprefix(".") if out else ""
    format_ = format_ or (suffix if suffix in ("csv", "xlsx") else "text")
    if format_ == "xlsx" and out is None:
        raise click.UsageError("xlsx 要写 --out 文件")
    if out and format_ != "text" and suffix != format_:
        raise click.UsageError(f"--format {format_} 要写进后缀是 .{format_} 的文件")
    from datetime import UTC, datetime

    from bot.commands import report as figures

    said = figures.run(config, of=of, month=month, format_=format_, out=out, outside=outside, now=datetime.now(UTC))
    click.echo(f"写进了 {out}" if said is None else said, nl=said is None)


@command()
@click.argument("meeting", type=int)
@click.argument("out", type=click.Path(path_type=Path))
def minutes(config: Path | None, meeting: int, out: Path) -> None:
    """一次议事会的会议记录，写成 Word 文档；不覆盖已有文件。"""
    from bot.commands import council

    council.write_minutes(config, meeting, out)
    click.echo(f"写进了 {out}")


KIND = click.argument(
    "kind",
    type=click.Choice(["communities", "enterprises", "positions", "classes", "mothers", "suggestions", "lots", "cases", "hotline"]),
)
FILE = click.argument("file", type=click.Path(path_type=Path))


@command(name="import")
@KIND
@FILE
@click.option("--dry-run", is_flag=True, help="只检查，什么都不存")
def import_(config: Path | None, kind: str, file: Path, dry_run: bool) -> None:
    """导入名单（.csv 或 .xlsx）；有错的行列出来，另存在 FILE.rejected.csv，其余的存进去。"""
    from bot.commands import lists

    if not lists.run_import(config, kind, file, dry_run=dry_run):
        sys.exit(1)


@command()
@KIND
@FILE
@click.option("--cells", is_flag=True, help="mothers 加上网格和楼号两列")
@click.option("--codes", is_flag=True, help="列名和内容都写代码，给程序读")
def export(config: Path | None, kind: str, file: Path, cells: bool, codes: bool) -> None:
    """导出名单（.csv 或 .xlsx），列和导入的一样，改好可以直接再导入；不覆盖已有文件。"""
    from bot.commands import lists

    click.echo(lists.run_export(config, kind, file, cells=cells, codes=codes))


@command()
@KIND
@FILE
def template(config: Path | None, kind: str, file: Path) -> None:
    """空白名单（.xlsx）：中文列名、下拉选项、填写说明；不覆盖已有文件。"""
    from bot.commands import template as blank

    blank.save(config, kind, file)
    click.echo(f"写进了 {file}")


@command()
@click.argument("name")
@FILE
@click.option("--community", help="只要这个社区的")
@click.option("--changed", is_flag=True, help="只要上次导出以后新的和变了的")
def office(config: Path | None, name: str, file: Path, community: str | None, changed: bool) -> None:
    """导出一份台账（.csv 或 .xlsx），列在 content/offices 里定；不覆盖已有文件。"""
    from bot.commands import offices

    click.echo(offices.run(config, name, file, community=community, changed=changed))


@command()
@click.argument("name")
@click.option("--community", help="社区代码；不写表示全市")
@click.option("--months", type=click.IntRange(1, 120), help="只走访这么多个月没走访过的；不写就是名单上所有人")
def survey(config: Path | None, name: str, community: str | None, months: int | None) -> None:
    """发起一次走访：名单上的人进各网格员的名单。"""
    from datetime import UTC, datetime

    from bot.commands import offices

    click.echo(offices.survey(config, name, community=community, months=months, now=datetime.now(UTC)))


@command()
@FILE
@click.option("--community", help="只要这个社区的")
def coverage(config: Path | None, file: Path, community: str | None) -> None:
    """走访进度，按网格和按天（.csv 或 .xlsx）；不覆盖已有文件。"""
    from bot.commands import offices

    click.echo(offices.progress(config, file, community=community))


@command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(config: Path | None, file: Path) -> None:
    """运行中也能做的一致备份；不覆盖已有文件。"""
    from bot.commands import backups

    backups.backup(config, file)
    click.echo(f"备份好了：{file}")


@command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(config: Path | None, file: Path) -> None:
    """从备份恢复到空的位置；不覆盖已有的库。"""
    from bot.commands import backups

    needs = backups.restore(config, file)
    click.echo(f"恢复好了。{needs}")


@command()
@click.option("--folder", type=click.Path(path_type=Path), help="备份放在哪个文件夹；不写就是设置里的 backups.folder")
def drill(config: Path | None, folder: Path | None) -> None:
    """恢复演练：把最新的备份恢复到一个临时的库，检查一遍，说出用了多久，再删掉。"""
    from datetime import UTC, datetime

    from bot.commands import drill as drills

    for line in drills.run(config, folder=folder, now=datetime.now(UTC)):
        click.echo(line)


@command()
@click.option("--most", type=click.IntRange(1), default=100, show_default=True)
def troubles(config: Path | None, most: int) -> None:
    """没有送到、送没送到不清楚的消息：只有编号和原因，没有内容。"""
    from bot.commands import upkeep

    for line in upkeep.troubles(config, most):
        click.echo(line)


@command()
def answer(config: Path | None) -> None:
    """常问的问题：标准输入一行一个，输出是哪一条答案。"""
    from bot.commands import answers
    from bot.config import read as settings

    answers.answer(settings(config), sys.stdin.buffer, sys.stdout.buffer)


@command(name="check-ad")
@click.option("--picture", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="招聘的截图；要装 motherpost[ocr]")
def check_ad(config: Path | None, picture: Path | None) -> None:
    """看招聘：标准输入一条，输出会怎么跟她说。"""
    from bot.commands import answers
    from bot.config import read as settings

    if picture is not None:
        from bot import ocr

        notice = ocr.text_of(picture.read_bytes())
    else:
        notice = sys.stdin.buffer.read().decode("utf-8-sig", "replace")
    click.echo(answers.check_ad(settings(config), notice))


@main.group()
def wechat() -> None:
    """公众号：菜单、带场景值的二维码。"""


@command(wechat, name="menu")
def wechat_menu(config: Path | None) -> None:
    """把 content/wechat_menu.yaml 设成公众号的菜单。"""
    from bot.commands import wechat as account

    click.echo(f"菜单设好了：{account.set_menu(config)}项")


@command(wechat, name="code")
@click.argument("scene")
@click.option("--days", type=click.IntRange(1, 30), help="几天有效；不写就是永久的（一共十万个）")
def wechat_code(config: Path | None, scene: str, days: int | None) -> None:
    """带场景值的二维码：印出它的网址，用任何工具做成码；扫了就像说 start SCENE。"""
    from bot.commands import wechat as account

    click.echo(account.scan_code(config, scene, days=days))


@main.group()
def ledger() -> None:
    """社区基金的账。"""


@command(ledger, name="export")
@FILE
def ledger_export(config: Path | None, file: Path) -> None:
    """把账写成 Beancount 的文本；不覆盖已有文件。"""
    from bot.commands import fund

    click.echo(fund.export(config, file))


@main.group()
def keys() -> None:
    """封存内容用的密钥。"""


@command(keys)
def rotate(config: Path | None) -> None:
    """把最新的密钥放在最前面以后：用它重新封好所有内容。机器人可以一直开着；中断了再运行一次就接着做。"""
    from datetime import UTC, datetime

    from bot.commands import upkeep

    for line in upkeep.rotate_keys(config, now=datetime.now(UTC)):
        click.echo(line)


@main.group()
def log() -> None:
    """访问日志：谁看过、改过谁的资料。"""


@command(log)
def verify(config: Path | None) -> None:
    """检查日志的链，说出第一处对不上的。"""
    from bot.commands import upkeep

    click.echo(upkeep.verify_log(config))


if __name__ == "__main__":
    main()
