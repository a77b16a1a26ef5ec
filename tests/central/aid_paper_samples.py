"""Facts that every document of legal aid can be made of: nobody's, with characters that are rare in names."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Final

from PIL import Image, ImageDraw

from central.aid_papers.facts import CaseFacts, Centre, Lawyer
from central.aid_papers.forms import Kind, form_table
from hall.intake.codes import Basis, Group, Stage
from hall_config.aid_application import Agent, Application, Hardship, Paper, Person

NOW_MS: Final = 1_795_000_000_000  # 2026-11-18, a Wednesday, in China
NAME: Final = "欧阳䶮㑇𠮷"
ID_NUMBER: Final = "999999194901011230"
CENTRE: Final = Centre(
    name="某市某区法律援助中心", short_name="某区", address="某市某区某路1号2楼", phone="021-00000001",
    bureau="某市某区司法局", bureau_address="某市某区某路3号", bureau_phone="021-00000002",
)  # fmt: skip
DAYS: Final = {
    "LA_DECIDE": 7, "LA_OBJ_FILE": 15, "LA_OBJ_REVIEW": 5, "LA_ASSIGN": 3, "LA_SIGN": 5, "LA_CLOSE": 30, "HANDOVER": 3,
}  # fmt: skip


def signature() -> str:
    """A PNG as a tablet sends it."""
    picture = Image.new("RGBA", (240, 90), (255, 255, 255, 0))
    ImageDraw.Draw(picture).line([(10, 70), (60, 20), (110, 75), (160, 15), (225, 60)], fill=(0, 0, 0, 255), width=4)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def application() -> Application:
    return Application(
        consent=True,
        applicant=Person(
            name=NAME, id_number=ID_NUMBER, sex="F", birth="1949-01-01", ethnicity="汉族",
            household_address="某省某县某镇某村", address="某市某区某路88弄9号", phone="13800000000",
        ),
        agent=Agent(person=Person(name="欧阳某", id_kind="NONE", phone="13900000000"), relation="SPOUSE"),
        matter="M31_5", stage=Stage.ARBITRATION, position="申请人", organ="某区劳动人事争议仲裁委员会",
        presumed="X42_3",
        hardship=Hardship(
            household=3, income=215_050, property="无", debts="房租每月 1200 元", basis=Basis.PROMISE, promise=True
        ),
        groups=(Group.MIGRANT_WORKER, Group.WOMAN),
        opposing=(Person(name="某建筑劳务有限公司", id_kind="NONE", address="某市某区某路5号"),),
        facts="申请人自 2025 年 3 月起在某工地做工，至今被拖欠工资 38,600 元。\n多次讨要没有结果，请求给予法律援助。",
        papers=(Paper(name="居民身份证", copies=1), Paper(name="考勤记录", copies=2, original=True)),
        signature=signature(), signed_how="SIGNATURE",
    )  # fmt: skip


def facts(**changed: object) -> CaseFacts:
    """Everything that any document may need."""
    fields = form_table().fields
    day = {name: NOW_MS for name, field in fields.items() if field.kind in (Kind.DAY, Kind.TIME)}
    own = {"means", "centre_name", "applicant"}
    texts = {
        name: f"{field.zh}的内容" for name, field in fields.items()
        if field.kind is Kind.TEXT and name not in (*_SAID, *own)
    }  # fmt: skip
    rows = {
        name: ({column: f"{field.zh}{column}" for column in field.columns},) * 2
        for name, field in fields.items()
        if field.kind is Kind.ROWS and name not in ("papers", "gaps")
    }
    whole = CaseFacts(
        centre=CENTRE, today_ms=NOW_MS, application=application(), case_number="（某区）援申字〔2026〕第0001号",
        receipt_number="P某-01", received_ms=NOW_MS, case_title="追索劳动报酬纠纷", basis=Basis.EXEMPT_42,
        lawyer=Lawyer("律某", "某律师事务所", "19901000000000001", "13700000000"),
        old_lawyer=Lawyer("律旧", "旧律师事务所"), clerk="经某", gaps=("劳动合同复印件", "说明欠薪的起止时间"),
        grounds=("T48_6",), days=DAYS, texts=texts, moments=day, lists=rows,
    )  # fmt: skip
    return replace(whole, **changed)  # type: ignore[arg-type]


def _derived() -> frozenset[str]:
    from central.aid_papers.fields import _TEXTS

    return frozenset(_TEXTS)


_SAID: Final = _derived()
