"""`python -m bot.blank_documents FOLDER`: the case file's templates as they are shipped, for an office that wants to begin anew. Overwrites nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Opened
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from domain.mediation.documents import TITLES, Name

# A line of a template: label and what stands behind it; a label alone is a paragraph.
Line = tuple[str, str]
_PARTY: tuple[Line, ...] = tuple(
    (f"{called}{label}", f"{{{{ {side}_{field} }}}}")
    for side, called in (("a", "申请人（甲方）"), ("b", "被申请人（乙方）"))
    for label, field in (
        ("姓名", "name"),
        ("性别", "sex"),
        ("民族", "ethnic"),
        ("年龄", "age"),
        ("职业或职务", "occupation"),
        ("联系方式", "phone"),
        ("单位或住址", "address"),
    )
)
_PARTIES: tuple[Line, ...] = tuple((label.replace("被申请人", "当事人").replace("申请人", "当事人"), value) for label, value in _PARTY)
_BOTH_ASK: tuple[Line, ...] = tuple((label.replace("被申请人", "申请人"), value) for label, value in _PARTY)
LINES: dict[Name, Sequence[Line]] = {
    "cover": (
        ("卷名", "{{ a_name }}与{{ b_name }}{{ kind }}纠纷"),
        ("卷号", "{{ number }}"),
        ("人民调解员", "{{ mediator }}"),
        ("调解日期", "{{ began }}至{{ ended }}"),
        ("立卷人", "{{ mediator }}"),
        ("立卷日期", "{{ today }}"),
        ("保管期限", ""),
        ("备注", ""),
    ),
    "contents": (),
    "application": (
        *_PARTY,
        ("纠纷简要情况", "{{ account }}"),
        ("申请事项", "{{ wish }}"),
        ("人民调解委员会已将申请人民调解的相关规定告知我，现自愿申请人民调解委员会进行调解。", ""),
        ("申请人（签名盖章或按指印）", ""),
        ("日期", "{{ date }}"),
    ),
    "registration": (
        ("日期", "{{ date }}"),
        *_PARTIES,
        ("纠纷类型", "{{ kind }}"),
        ("案件来源", "{{ source }}"),
        ("纠纷简要情况", "{{ account }}"),
        ("当事人（签名盖章或按指印）", ""),
        ("登记人（签名）", "{{ mediator }}"),
        ("{{ committee }}（印章）", ""),
        ("（此表由人民调解委员会填写）", ""),
    ),
    "rights": (
        (
            "性质、原则、效力",
            "人民调解是群众性自治活动，当事人自愿、平等，不违背法律、法规和国家政策，不因未经调解或调解不成阻止当事人依法维护权利。不收任何费用。",
        ),
        ("权利", "选择或接受调解员；接受、拒绝或要求终止调解；要求公开或不公开进行；自主表达意愿、自愿达成协议。"),
        ("义务", "如实陈述纠纷事实；遵守调解现场秩序，尊重调解员；尊重对方行使权利；达成协议后按约履行。"),
        ("当事人（签名盖章或按指印）", ""),
        ("日期", "{{ date }}"),
    ),
    "identity": (
        ("身份证明材料（复印件附后）", ""),
        ("委托人", ""),
        ("受委托人", ""),
        ("委托事项和权限", ""),
        ("委托人（签名盖章或按指印）", ""),
        ("日期", ""),
    ),
    "inquiry": (
        ("时间", "{{ time }}"),
        ("地点", ""),
        ("参加人", ""),
        ("被调查人", ""),
        ("调查人", "{{ mediator }}"),
        ("问答", "{{ said }}"),
        ("被调查人（签名）", ""),
        ("调查人（签名）", ""),
        ("记录人（签名）", ""),
    ),
    "minutes": (
        ("时间", "{{ time }}"),
        ("地点", "{{ room }}"),
        ("事由", "{{ kind }}纠纷"),
        ("当事人", "{{ a_name }}、{{ b_name }}（{{ whom }}）"),
        ("参加人", "{{ present }}"),
        ("告知", "{{ told }}"),
        ("陈述", "{{ stated }}"),
        ("核实", "{{ verified }}"),
        ("结果", "{{ result }}"),
        ("当事人（签名）", ""),
        ("参加人（签名）", ""),
        ("人民调解员（签名）", "{{ mediator }}"),
        ("记录人（签名）", ""),
        ("{{ committee }}（印章）", ""),
    ),
    "agreement": (
        ("编号", "{{ number }}"),
        *_PARTIES,
        ("纠纷主要事实、争议事项", "{{ facts }}"),
        ("经调解，自愿达成如下协议", "{{ terms }}"),
        ("履行方式、地点、时限", "{{ manner }}"),
        ("本协议一式", "{{ copies }}份，当事人、人民调解委员会各持一份。"),
        ("当事人（签名盖章或按指印）", ""),
        ("人民调解员（签名）", ""),
        ("记录人（签名）", ""),
        ("{{ committee }}（印章）", ""),
        ("日期", "{{ effective }}"),
    ),
    "oral": (
        ("编号", "{{ number }}"),
        *_PARTIES,
        ("纠纷主要事实、争议事项", "{{ facts }}"),
        ("协议内容", "{{ terms }}"),
        ("履行方式、地点、时限", "{{ manner }}"),
        ("人民调解员（签名）", ""),
        ("{{ committee }}（印章）", ""),
        ("日期", "{{ effective }}"),
    ),
    "visit": (
        ("当事人", "{{ a_name }}、{{ b_name }}"),
        ("调解协议编号", "{{ number }}"),
        ("回访事由", "协议生效后第{{ day }}天回访"),
        ("回访时间", "{{ time }}"),
        ("协议履行", "{{ kept }}"),
        ("是否满意", "{{ satisfied }}"),
        ("是否起诉", "{{ sued }}"),
        ("激化迹象", "{{ risk }}"),
        ("情况和措施", "{{ measures }}"),
        ("回访人（签名）", "{{ mediator }}"),
        ("{{ committee }}", ""),
        ("日期", "{{ today }}"),
    ),
    "confirmation": (
        *_BOTH_ASK,
        ("请求事项", "请求确认{{ committee }}{{ number }}调解协议有效。"),
        ("事实和理由", "{{ facts }}。双方于{{ effective }}自愿达成调解协议，至迟于{{ until }}共同申请。"),
        ("双方出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；因此损害他人的，愿意承担责任。", ""),
        ("人民法院", ""),
        ("申请人（签名盖章或按指印）", ""),
        ("日期", ""),
        ("附件", "调解协议书、身份证明"),
    ),
    "closing": (
        ("卷号", "{{ number }}"),
        ("承办单位", "{{ committee }}"),
        ("承办人", "{{ mediator }}"),
        ("受案时间", "{{ accepted }}"),
        ("结案时间", "{{ ended }}"),
        ("当事人", "{{ a_name }}、{{ b_name }}"),
        ("案件来源", "{{ source }}"),
        ("简要事实", "{{ account }}"),
        ("结果", "{{ result }}"),
    ),
}


def write(folder: Path) -> list[Path]:
    """Every template into a folder; the files. Raises FileExistsError rather than overwrite."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.docx" for name in LINES]
    for file in files:
        if file.exists():
            raise FileExistsError(f"{file} 已经有了，不覆盖")
    for name, file in zip(LINES, files, strict=True):
        _document(name).save(str(file))
    return files


def _document(name: Name) -> Opened:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Serif CJK SC", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(TITLES[name])
    run.bold, run.font.size = True, Pt(20)
    if name == "contents":
        _contents(document)
        return document
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, value in LINES[name]:
        cells = table.add_row().cells
        if value or len(label) < 20:
            cells[0].text, cells[1].text = label, value
            cells[0].width, cells[1].width = Cm(5), Cm(11)
        else:
            cells[0].merge(cells[1]).text = label
    return document


def _contents(document: Opened) -> None:
    """序号 · 文书名称 · 页号 · 备注, a row for each document."""
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, ("序号", "文书名称", "页号", "备注"), strict=True):
        cell.text = heading
    table.add_row().cells[0].text = "{%tr for row in rows %}"
    for cell, field in zip(table.add_row().cells, ("number", "title", "page", "note"), strict=True):
        cell.text = f"{{{{ row.{field} }}}}"
    table.add_row().cells[0].text = "{%tr endfor %}"


if __name__ == "__main__":
    try:
        for made in write(Path(sys.argv[1])):
            print(made)
    except (IndexError, OSError) as error:
        sys.exit(f"motherpost: {error}")
