"""How a command of the command line is made: with --config, and with expected errors as one clear line and no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from domain.errors import ContentError, Refused

CONFIG = click.option("--config", type=click.Path(path_type=Path), help="设置文件；默认是 MOTHERPOST_CONFIG，再没有就是 config.yaml")


def command(of: click.Group | None = None, **settings: Any) -> Callable[[Callable[..., None]], click.Command]:
    """A command of the group, or of the group `of` in it, with --config, whose expected errors end as one line. What it needs is imported when it runs."""

    def register(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def run(**values: Any) -> None:
            try:
                function(**values)
            except click.ClickException:
                raise
            except ContentError as error:
                fail(str(error))
            except Refused as refused:
                from bot.setup import refusal

                fail(refusal(refused))
            except (OSError, ValueError) as error:
                fail(str(error))
            except Exception as error:
                if os.environ.get("MOTHERPOST_DEBUG"):
                    raise
                fail(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else '没有更多说明'}")

        return (of or main).command(**settings)(CONFIG(run))

    return register


def fail(why: str) -> None:
    click.echo(f"motherpost: {why}", err=True)
    sys.exit(1)


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from bot.version import VERSION

        click.echo(f"motherpost {VERSION}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="版本")
def main() -> None:
    """母亲岗：给带孩子的妈妈找活、学手艺、说话的机器人。"""
