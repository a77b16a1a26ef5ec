"""The record of a service: codes of the monthly report (domain rules 4.3 B), never a name, never a story."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """Field of the advice: report rows B11 to B22."""

    FAMILY = "FAMILY"  # B11 婚姻家庭
    INHERITANCE = "INHERITANCE"  # B12 继承
    LABOUR = "LABOUR"  # B13 劳动争议
    TRAFFIC = "TRAFFIC"  # B14 交通事故
    INJURY = "INJURY"  # B15 其他人身损害
    DEBT = "DEBT"  # B16 债权债务合同
    HOUSING = "HOUSING"  # B17 房产物业
    LAND = "LAND"  # B18 征地拆迁
    CONSUMER = "CONSUMER"  # B19 消费者
    CRIMINAL = "CRIMINAL"  # B20 刑事
    ADMINISTRATIVE = "ADMINISTRATIVE"  # B21 行政
    OTHER = "OTHER"  # B22 其他


class AnsweredBy(StrEnum):
    """Who answered: report rows B31 to B35."""

    LAWYER = "LAWYER"  # B31 律师
    NOTARY = "NOTARY"  # B32 公证员
    LEGAL_AID = "LEGAL_AID"  # B33 法援人员
    MEDIATOR = "MEDIATOR"  # B34 调解员
    OTHER = "OTHER"  # B35 其他


class Group(StrEnum):
    """Groups served, several at once: report rows B41 to B46."""

    MIGRANT_WORKER = "MIGRANT_WORKER"  # B41 农民工
    ELDER = "ELDER"  # B42 老年人
    WOMAN = "WOMAN"  # B43 妇女
    MINOR = "MINOR"  # B44 未成年人
    DISABLED = "DISABLED"  # B45 残疾人
    MILITARY = "MILITARY"  # B46 军人军属


class Paper(StrEnum):
    """Papers handed over (domain rules 1.5, 2.1)."""

    APPLICATION_FORM = "APPLICATION_FORM"  # F02 法律援助申请表
    HARDSHIP_FORM = "HARDSHIP_FORM"  # F04 经济困难状况说明表
    RECEIPT = "RECEIPT"  # F05 申请材料接收凭证
    SUPPLEMENT_NOTICE = "SUPPLEMENT_NOTICE"  # F06 补充材料通知书
    GUIDE = "GUIDE"  # 办事指南
    LEAFLET = "LEAFLET"  # 宣传资料


@dataclass(frozen=True, slots=True)
class RecordService:
    """What was done for a ticket that this window has finished today; a second record replaces the first."""

    window: int
    staff: str
    number: str
    field: Field | None = None
    answered_by: AnsweredBy | None = None
    groups: tuple[Group, ...] = ()
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRecorded:
    """The newest version counts."""

    day: str
    number: str
    service: str
    window: int
    staff: str
    version: int
    field: Field | None = None
    answered_by: AnsweredBy | None = None
    groups: tuple[Group, ...] = ()
    papers: tuple[Paper, ...] = ()


Command = RecordService
Event = ServiceRecorded
