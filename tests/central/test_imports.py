"""Lists of units, users and windows: what is wrong is told by row and column, and all is written or nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from central import schema
from central.accounts.permissions import MAY, Act, Role
from central.clock import now_ms
from central.imports.kinds import KINDS
from central.imports.register import Who, masked
from central.imports.tables import lawyer_entry
from central.keeping.sealed_columns import Vault
from hall_config.program import run
from tests.central.asking import check_error, filled
from tests.central.conftest import SECRET, Web
from tests.central.taking_in import HALL

UNITS = "单位代码,上级单位代码,层级,中文名称,英文名称\n"
GOOD = UNITS + "lane,putuo,街镇,真如镇街道,Zhenru\nputuo,city,区,普陀区,Putuo\nroom,lane,村居,第一居委会,Room 1\n"


def send(client: TestClient, kind: str, text: str | bytes, key: str | None = None) -> Any:
    """With a key the import, without one the dry run."""
    content = text.encode() if isinstance(text, str) else text
    headers = {"Content-Type": "text/csv", **({"Idempotency-Key": key} if key else {})}
    return client.post(f"/api/v1/imports/{kind}", content=content, headers=headers, params={"dry_run": key is None})


def faults(answer: Any) -> list[tuple[int, str | None, str]]:
    assert answer.status_code == 200, answer.text
    return [(one["row"], one["column"], one["code"]) for one in answer.json()["faults"]]


def unit_ids(client: TestClient) -> list[str]:
    return [one["id"] for one in client.get("/api/v1/units").json()["items"]]


def test_a_tree_is_tried_and_brought_in_once_in_any_order(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    dry = send(admin, "units", GOOD.encode("gb18030")).json()
    assert (dry["written_as"], dry["added"], dry["faults_total"], dry["applied"]) == ("GB18030", 3, 0, False)
    assert unit_ids(admin) == ["city"]
    first, again = send(admin, "units", GOOD, "k1"), send(admin, "units", GOOD, "k1")
    assert first.json() == again.json()
    assert first.json()["applied"]
    paths = [one["path"] for one in admin.get("/api/v1/units").json()["items"]]
    assert paths == ["city/", "city/putuo/", "city/putuo/lane/", "city/putuo/lane/room/"]
    check_error(send(admin, "units", GOOD + "other,city,区,别区,Other\n", "k1"), 409, "KEY_OF_ANOTHER_WISH")
    later = send(admin, "units", GOOD.replace("真如镇街道", "真如街道"), "k2").json()
    assert (later["added"], later["changed"], later["same"]) == (0, 1, 2)
    (line,) = [one for one in web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"act": "import.units"}).json()["items"] if one["detail"]["added"]]  # fmt: skip  # noqa: E501
    assert (line["actor"], line["detail"]["added"], len(line["detail"]["file"])) == ("admin", 3, 64)


def test_one_fault_and_nothing_is_written(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    bad = GOOD + "lane,city,区,又一个,Again\n-x,city,区,减号,Dash\nfar,nowhere,街镇,远,Far\nsub,far,村居,近,Near\n"
    bad += (
        "city,city,区,全市,City\nupper,lane,区,上,Upper\nmoon,city,月,月,Moon\nx,city,区,短,Short\nempty,city,区,,E\n"
    )
    bad += f"long,city,区,{'长' * 61},Long\nwide,city,区,宽,Wide,more\n"
    assert faults(send(admin, "units", bad)) == [
        (5, "unit id", "ROW_TWICE"), (6, "unit id", "FORMULA"), (7, "id of the unit above", "PARENT_UNKNOWN"),
        (8, "id of the unit above", "PARENT_BROKEN"), (9, "unit id", "UNIT_ELSEWHERE"), (10, "level", "UNIT_LEVEL"),
        (11, "level", "LEVEL_UNKNOWN"), (12, "unit id", "UNIT_SHAPE"), (13, "name in Chinese", "CELL_EMPTY"),
        (14, "name in Chinese", "NAME_LONG"), (15, None, "ROW_WIDE"),
    ]  # fmt: skip
    check_error(send(admin, "units", bad, "k"), 409, "IMPORT_FAULTS")
    assert unit_ids(admin) == ["city"]
    for one in send(admin, "units", bad).json()["faults"]:
        assert one["message"]
        assert one["message_zh"]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("单位代码,上级单位代码,层级,中文名称,英文名称,英文名称", [("name in English", "COLUMN_TWICE")]),
        (
            "单位代码,上级单位代码,层级,中文名",
            [
                ("name in English", "COLUMN_MISSING"),
                ("name in Chinese", "COLUMN_MISSING"),
                ("中文名", "UNKNOWN_COLUMN"),
            ],
        ),
        ("Unit ID,parent,LEVEL,name_zh,name in english", []),
    ],
)  # fmt: skip
def test_a_header_is_known_by_any_of_its_names_or_told(web: Web, header: str, found: list[tuple[str, str]]) -> None:
    admin = web.as_role(Role.ADMIN)
    answer = send(admin, "units", f"{header}\nputuo,city,区,普陀区,Putuo\n")
    assert sorted((column, code) for _, column, code in faults(answer) if column) == sorted(found)
    told = {one["code"]: one["message_zh"] for one in answer.json()["faults"]}
    assert "UNKNOWN_COLUMN" not in told or "“中文名称”" in told["UNKNOWN_COLUMN"]


def test_accounts_get_codes_that_are_told_once_and_nobody_gets_other_rights(web: Web) -> None:
    admin, guard = web.as_role(Role.ADMIN), web.as_role(Role.SECURITY_ADMIN)
    send(admin, "units", GOOD, "k")
    text = "用户名,所属单位代码,角色\n"
    text += "li.min,putuo,大厅主管、报表填报人\nwang.fang,lane,window_staff\nviewer,city,查看人员\n"
    told = send(guard, "users", text, "u1").json()
    assert (told["added"], told["same"], [one["name"] for one in told["codes"]]) == (2, 1, ["li.min", "wang.fang"])
    assert send(guard, "users", text, "u1").json()["codes"] is None
    body = {"name": "li.min", "code": told["codes"][0]["code"], "secret": SECRET}
    assert web.client().post("/api/v1/activation", json=body).status_code == 200
    found = {one["name"]: one for one in guard.get("/api/v1/accounts").json()["items"]}
    assert (found["li.min"]["roles"], found["li.min"]["unit"]) == (["report_preparer", "supervisor"], "putuo")
    bad = "user name,belongs to unit,roles\nli.min,putuo,Viewer\nNo,putuo,Viewer\ntwo.hats,city,admin、audit_admin\n"
    bad += "no.role,city,超人\nno.unit,mars,Viewer\n"
    assert faults(send(guard, "users", bad)) == [
        (2, "user name", "ACCOUNT_THERE"), (3, "user name", "NAME_SHAPE"), (4, "roles", "ROLES_APART"),
        (5, "roles", "ROLE_UNKNOWN"), (6, "belongs to unit", "NO_SUCH_UNIT"),
    ]  # fmt: skip
    check_error(send(guard, "users", bad, "u2"), 409, "IMPORT_FAULTS")


def test_a_district_brings_in_nothing_outside_itself(web: Web) -> None:
    admin, guard = web.as_role(Role.ADMIN), web.as_role(Role.SECURITY_ADMIN)
    send(admin, "units", GOOD + "jingan,city,区,静安区,Jing'an\n", "k")
    web.parts.accounts.add("north.admin", [Role.ADMIN], now_ms(), SECRET, "putuo")
    client = web.client()
    token = client.post("/api/v1/session", json={"name": "north.admin", "secret": SECRET}).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    bad = UNITS + "new-one,jingan,街镇,新,New\njingan,city,区,改名,Renamed\n"
    assert [code for _, _, code in faults(send(client, "units", bad))] == ["PARENT_UNKNOWN", "UNIT_TAKEN"]
    check_error(send(client, "users", "用户名,所属单位代码,角色\nx.y,putuo,viewer\n"), 403, "NOT_ALLOWED")
    check_error(send(guard, "units", GOOD), 403, "NOT_ALLOWED")


def test_windows_are_kept_and_given_out_as_they_came(web: Web) -> None:
    filled(web)
    admin = web.as_role(Role.ADMIN)
    text = f"大厅代码,窗口号,办理业务,中文名称,英文名称\n{HALL},1,A、B,综合窗口,General\n{HALL},02,C,,\n"
    assert send(admin, "windows", text, "w1").json()["added"] == 2
    again = send(admin, "windows", text.replace("A、B", "A;B;C"), "w2").json()
    assert (again["changed"], again["same"]) == (1, 1)
    out = admin.get("/api/v1/imports/windows/list").content.decode("utf-8-sig")
    assert out.splitlines()[1:] == [f"{HALL},1,A、B、C,综合窗口,General", f"{HALL},2,C,,"]
    assert send(admin, "windows", out).json()["same"] == 2
    bad = "大厅代码,窗口号,办理业务\n"
    bad += f"no-hall,1,A\n{HALL},0,A\n{HALL},100,A\n{HALL},3,a\n{HALL},4,A A\n{HALL},5,A\n{HALL},05,A\n"
    codes = ["NO_SUCH_HALL", "WINDOW_NUMBER", "WINDOW_NUMBER", "SERVICE_LETTERS", "SERVICE_TWICE", "ROW_TWICE"]
    assert [code for _, _, code in faults(send(admin, "windows", bad))] == codes


LAWYER = (
    "执业证号,姓名,执业机构,机构信用代码,执业状态,所属单位代码\n19999201010123456,欧阳示例,示例律师事务所,,执业,city\n"
)


def test_lawyers_are_kept_sealed_and_given_out_masked(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    text = LAWYER + "199920101234,示例乙,另一律师事务所,31990000MD00000001,suspended,city\n"
    assert send(admin, "lawyers", text, "l1").json()["added"] == 2
    again = send(admin, "lawyers", text.replace("执业,city", "吊销,city"), "l2").json()
    assert (again["changed"], again["same"]) == (1, 1)
    with web.database.read() as connection:
        kept = repr(connection.execute(select(lawyer_entry)).all())
    with web.database.read() as connection:
        for table in (schema.audit, schema.answered):
            kept += repr(connection.execute(select(table)).all())
    for clear in ("欧阳", "示例乙", "0123456", "199920101234"):
        assert clear not in kept
    out = admin.get("/api/v1/imports/lawyers/list", params={"lang": "en"}).content.decode("utf-8-sig")
    assert sorted(",".join(line.split(",")[:6]) for line in out.splitlines()[1:]) == [
        "199**********3456,欧阳*,示例律师事务所,,revoked,city",
        "199*****1234,示*,另一律师事务所,31990000MD00000001,suspended,city",
    ]
    assert masked(Who("199920101234", "上官")) == Who("199*****1234", "上*")
    bad = LAWYER + "2999,甲,所,,执业,city\n29999201010123456,甲,所,,执业,city\n19999201010123457,甲,所,99,执业,city\n"
    bad += (
        "19999201010123458,甲,所,,退休,city\n19999201010123459,甲,所,,执业,mars\n19999201010123456,甲,所,,执业,city\n"
    )
    codes = ["LICENCE_SHAPE", "LICENCE_SHAPE", "FIRM_CODE", "LAWYER_STATE", "NO_SUCH_UNIT", "ROW_TWICE"]
    answer = send(admin, "lawyers", bad)
    assert [code for _, _, code in faults(answer)] == codes
    assert "19999201010123456" not in answer.text  # a fault never repeats what stands in the cell
    stranger = Web(web.database, replace(web.parts, vault=Vault(b"o" * 32))).as_role(Role.ADMIN)
    check_error(send(stranger, "lawyers", LAWYER), 503, "REGISTER_KEY")
    check_error(stranger.get("/api/v1/imports/lawyers/list"), 503, "REGISTER_KEY")


def test_hostile_files_and_requests_get_their_names_and_change_nothing(web: Web) -> None:
    admin = web.as_role(Role.ADMIN)
    check_error(send(admin, "units", b""), 422, "IMPORT_EMPTY")
    check_error(send(admin, "units", b"a\n" + b"1\n" * 100_000), 422, "IMPORT_TOO_MANY_ROWS")
    check_error(send(admin, "units", b"x" * (4 * 1024 * 1024 + 1)), 413, "IMPORT_TOO_LARGE")
    check_error(send(admin, "units", b"PK\x03\x04junk"), 422, "IMPORT_XLSX_SHAPE")
    check_error(admin.post("/api/v1/imports/units", content=GOOD.encode()), 422, "KEY_MISSING")
    check_error(send(admin, "moons", GOOD), 404, "NOT_FOUND")
    html = UNITS + '<b>x,city,区,<script>alert(1)</script>,"\'; DROP TABLE unit;--"\n'
    assert faults(send(admin, "units", html)) == [(2, "unit id", "UNIT_SHAPE")]
    name = UNITS + 'xss,city,区,<script>alert(1)</script>,"\'; DROP TABLE unit;--"\n'
    assert send(admin, "units", name, "k").json()["added"] == 1
    other = {"Sec-Fetch-Site": "cross-site", "Idempotency-Key": "c"}
    browser = web.client()
    browser.post("/api/v1/session", json={"name": "admin", "secret": SECRET})
    check_error(browser.post("/api/v1/imports/units", content=GOOD.encode(), headers=other), 403, "OTHER_ORIGIN")
    assert unit_ids(admin) == ["city", "xss"]


def test_the_files_to_fill_have_columns_that_are_taken(web: Web) -> None:
    clients = {act: web.as_role(min(MAY[act])) for act in {kind.act for kind in KINDS.values()}}
    for kind, form, lang in product(KINDS, ("csv", "xlsx"), ("zh", "en")):
        client = clients[KINDS[kind].act]
        given = client.get(f"/api/v1/imports/{kind}/template", params={"format": form, "lang": lang})
        assert "attachment" in given.headers["content-disposition"]
        told = send(client, kind, given.content).json()
        assert told["rows"] == 1
        assert not {one["code"] for one in told["faults"]} & {"UNKNOWN_COLUMN", "COLUMN_MISSING", "FORMULA", "LEVEL_UNKNOWN", "ROLE_UNKNOWN"}  # fmt: skip  # noqa: E501
        if KINDS[kind].act is Act.OUTSIDE_FIGURES:  # its sums hold; only the unit is not there
            assert {one["code"] for one in told["faults"]} == {"NO_SUCH_UNIT"}


def test_the_command_brings_in_the_same_way(web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, file = web.database.url.render_as_string(hide_password=False), tmp_path / "units.csv"
    file.write_text(GOOD + "bad,nowhere,区,坏,Bad\n", encoding="utf-8")
    assert run(["import", "units", str(file), "--data", str(tmp_path), "--database", url]) == 1
    told = capsys.readouterr()
    assert "第 5 行 上级单位代码" in told.out
    assert "1 faults" in told.err
    file.write_text(GOOD, encoding="utf-8")
    assert run(["import", "units", str(file), "--data", str(tmp_path), "--database", url, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["applied"] is False
    assert run(["import", "units", str(file), "--data", str(tmp_path), "--database", url]) == 0
    capsys.readouterr()
    assert "room" in unit_ids(web.as_role(Role.ADMIN))
    file.write_bytes(b"\x00")
    assert run(["import", "units", str(file), "--data", str(tmp_path), "--database", url]) == 1
    assert "NUL" in capsys.readouterr().err
    assert run(["import", "units", str(tmp_path / "none.csv"), "--database", url]) == 3
    lines = web.as_role(Role.AUDIT_ADMIN).get("/api/v1/audit", params={"actor": "hall import"}).json()["items"]
    assert [one["source"] for one in lines] == ["command line"]
