"""What every document of the elder's case says, from the window to the archive, and what it leaves open."""

from __future__ import annotations

from tests.central.aid_house import House
from tests.central.aid_reading import papers

COURT = "示例区人民法院"
# what of the elder's case nobody said, or nobody has said yet
BLANK = {
    "F02": ("民族", "户籍所在地", "代理人姓名", "关系", "证件号码", "代理权凭证", "代理人电话", "诉讼地位"),
    "F04": ("免予核查的情形",), "F14": ("对方意见",), "F21": ("承办人员（签名）", "法律援助机构审核意见"),
    "F32": ("处理情况",),
}  # fmt: skip


def read_every_paper(house: House, case: str, number: str) -> None:
    made = papers(house, case)
    assert [one.form for one in made] == [
        "F05", "F06", "F05", "F05", "F08", "F09", "F11", "F13", "F14", "F14", "F14", "F21", "F21", "F32", "F02", "F04",
    ]  # fmt: skip
    assert {one.form: one.blank for one in made if one.blank} == BLANK
    assert [one.form for one in made if not one.says("示例婆婆")] == []
    by = {one.form: one for one in made}
    assert made[0].says(number, "户口簿", "2026年10月16日")
    assert by["F06"].says("两个儿子的地址", "2026年10月27日")
    assert made[2].says("2026年10月15日", "调解笔录", "2026年10月19日")  # what came then, and not what came before
    assert not made[2].says("户口簿")
    assert made[3].says("两个儿子的地址")
    assert by["F08"].says(number, "符合条件，建议给予法律援助。", "reviewer", "approver", "2026年10月19日")
    assert by["F08"].says(
        "建议：给予法律援助；", "个人诚信承诺", "身份已核验", "2026年10月12日通知补充", "收到补充材料"
    )
    assert by["F02"].says(number, "两个儿子三年没有给付赡养费", "示例儿子", "desk")
    assert by["F04"].says(number, "1人", "1200元", "无房产", "没有债务", "本人承诺")
    assert by["F09"].says("一审诉讼代理", "法律援助法", by["F09"].number)
    assert by["F11"].says("示例甲", "示例甲律师事务所", by["F09"].number)
    assert by["F13"].says(COURT, "示例甲")
    assert made[8].says("已经立案，定于十二月开庭。")
    assert by["F21"].says("72,000.00", "支持全部诉讼请求。", "裁判文书1份", "2026年12月1日", "2026年10月20日")
    assert by["F32"].says("很满意。", "archivist")
