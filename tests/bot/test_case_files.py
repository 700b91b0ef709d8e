"""The case file: every document opens in a word processor with its fields, what people wrote stays text, and one PDF has them all in order."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from docx import Document

from bot import case_files
from bot.transactions import Transactions
from domain.mediation.documents import TITLES, Agreed, File, Minutes, Side, Visit, papers
from handlers import links
from tests.support.chat import Chat, Town
from tests.support.mediation import agreed, tell, visited, who

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
WHOLE = File(
    number="（2026）海风1人调字第7号",
    committee="海风1社区人民调解委员会",
    kind="邻里",
    source="①当事人申请",
    mediator="周敏",
    reported_at=AT,
    accepted_at=AT,
    ended_at=AT + timedelta(days=40),
    result="结案",
    a=Side(name="王小雨", sex="女", ethnic="汉族", birth_year=1990, occupation="务农", phone="13800000001", address="3号楼501"),
    b=Side(name="李<b>大&海", sex="男"),
    account="半夜打麻将\n吵得睡不着 {{ secret }} \x07",
    wish="十点以后别打",
    rights_at=AT,
    findings=[(AT, "问过楼下，属实")],
    meetings=[Minutes(at=AT, room="二楼调解室", whom="双方", texts={"present": "都来了", "stated": "各说各的", "result": "成"})],
    agreed=Agreed(oral=False, facts="打麻将影响休息", terms="十点后不打", manner="当天起", copies=3, at=AT, confirmable=True),
    visits=[Visit(at=AT + timedelta(days=7), day=7, found={"kept": "yes", "satisfied": "yes"})],
)


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_document_opens_with_its_fields_and_leaves_no_blank_of_the_template() -> None:
    found = papers(WHOLE, today=date(2027, 1, 5))
    assert [one.name for one in found] == [name for name in TITLES if name != "oral"]
    for one in found:
        text = text_of(case_files.word(one))
        assert one.title.split("（")[0] in text
        assert "{%" not in text and "{{ a_" not in text and "\x07" not in text
        if one.name not in ("contents", "identity", "rights", "confirmation", "inquiry"):
            assert WHOLE.number in text or "王小雨" in text, one.name
    said = {one.name: text_of(case_files.word(one)) for one in found}
    assert "李<b>大&海" in said["agreement"] and "十点后不打" in said["agreement"] and "3份" in said["agreement"]
    assert "{{ secret }}" in said["application"], "what she wrote is never read as a template"
    assert "2026年11月24日10时00分" in said["minutes"] and "二楼调解室" in said["minutes"]
    assert "2026年12月24日" in said["confirmation"] and "被申请人" not in said["confirmation"]
    assert "人民调解协议书" in said["contents"] and "卷宗封面" not in said["contents"].splitlines()[1:]


def test_an_oral_agreement_is_written_down_as_such() -> None:
    oral = Agreed(oral=True, facts="a", terms="b", manner="c", copies=1, at=AT, confirmable=False)
    names = [one.name for one in papers(replace(WHOLE, agreed=oral), today=date(2027, 1, 5))]
    assert "oral" in names and "agreement" not in names and "confirmation" not in names


@pytest.fixture
def mediator(town: Town) -> Chat:
    return town.invited("调解", "mediator")


def opens(town: Town, person_id: int, what: links.What, case_id: int) -> bytes | None:
    from handlers.turn import Turn

    with town.store.begin() as tx:
        turn = Turn.to(tx, town.content, person_id, now=town.now)
        token = links.link(turn, what, case_id).rpartition("/")[2]
    found = case_files.exports(Transactions(town.store), town.content, now=lambda: town.now)(token)
    return None if found is None else found.content


def test_who_has_the_case_gets_its_documents_and_nobody_else(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = agreed(town, mediator)
    town.later(days=8)
    visited(town, mediator, 7)
    content = opens(town, who(town, mediator), "file", row.id)
    assert content is not None
    assert opens(town, who(town, mediator), "slip", row.id) is None, "a pay slip of that number"
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert [name[3:-5] for name in archive.namelist()][:4] == ["卷宗封面", "卷内目录", "人民调解申请书", "受理登记表"]
    assert "回访记录（第7天）" in "".join(archive.namelist())
    assert opens(town, who(town, mother), "file", row.id) is None
    stranger = town.invited("s", "coordinator")
    assert opens(town, who(town, stranger), "file", row.id) is None
    mediator.taps_choice(f"case:{row.id}:back")
    assert opens(town, who(town, mediator), "file", row.id) is None


def test_her_copy_is_for_her_alone_and_has_a_hash_that_anybody_can_check(town: Town, mediator: Chat) -> None:
    import hashlib

    mother = tell(town)
    row_id = 1
    content = opens(town, who(town, mother), "copy", row_id)
    assert content is not None
    text = content.decode()
    above, _, below = text.partition("-" * 40)
    assert "麻将" in above and "一个字没有改过" in above
    assert hashlib.sha256(above.encode()).hexdigest() in below
    assert opens(town, who(town, mediator), "copy", row_id) is None
    with town.store.begin() as tx:
        tx.exec_driver_sql("UPDATE case_word SET at = datetime(at, '+1 day') WHERE id = 1")
    changed = opens(town, who(town, mother), "copy", row_id)
    assert changed is not None and "核对不上" in changed.decode()


@pytest.mark.skipif(not case_files.installed(), reason="soffice is not installed")
def test_one_pdf_has_all_documents_and_the_list_names_their_pages() -> None:
    from pypdf import PdfReader

    found = papers(WHOLE, today=date(2027, 1, 5))
    whole = PdfReader(io.BytesIO(case_files.pdf(found)))
    assert len(whole.pages) >= len(found)
    first = [number for number, page in enumerate(whole.pages) if "人民调解协议书" in page.extract_text().split("\n")[0]]
    contents = whole.pages[1].extract_text()
    assert len(first) == 1 and str(first[0] - 1) in contents
