"""The ethnic groups by the codes that stand on ID cards (GB/T 3304)."""

from __future__ import annotations

from typing import Final

# fmt: off
_NAMES: Final = (  # 01 to 56
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗",
    "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜",
    "水", "东乡", "纳西", "景颇", "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南",
    "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固",
    "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)
# fmt: on
_OTHERS: Final = {97: "其他", 98: "外国血统中国籍人士"}


def ethnic_group(code: str) -> str:
    """``汉`` for ``01``; empty for a code that is none."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    return _NAMES[number - 1] if 1 <= number <= len(_NAMES) else _OTHERS.get(number, "")
