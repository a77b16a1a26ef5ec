"""What each move is given: checked shapes, one a move. Texts of people go on sealed, codes and days in clear."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from central.aid.field_faults import code_of
from central.aid.people import where
from central.aid.stages import Move
from central.failures import WrongField
from central.strict_json import write_json
from hall.intake.codes import FORMS, MATTERS, STATED, TERMINATIONS, Basis, Nature
from hall_config.aid_application import Paper
from hall_config.strict_model import StrictModel, Yes

_TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, Field(min_length=2, max_length=2000, pattern=_TEXT)]
Short = Annotated[str, Field(min_length=1, max_length=100, pattern=_LINE)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
FileId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Wanted = Literal[FORMS]  # type: ignore[valid-type]
Matter = Literal[MATTERS]  # type: ignore[valid-type]

GAPS: Final = (
    "IDENTITY", "AGENT_AUTHORITY", "HARDSHIP_STATEMENT", "HARDSHIP_PROOF", "CASE_PAPERS", "JURISDICTION", "FACTS",
    "SIGNATURE", "OTHER",
)  # fmt: skip
REFUSALS: Final = (
    "OUT_OF_SCOPE", "NOT_IN_HARDSHIP", "NO_BASIS_IN_FACT", "UNTRUE_STATEMENT", "HAS_REPRESENTATIVE", "OTHER_GROUND",
)  # fmt: skip
WAITS: Final = ("UNREACHABLE", "ABSENT", "POSTPONED", "PAPERS", "AGENT", "OTHER_CAUSE")
NO_CALL_BACKS: Final = ("UNREACHABLE", "NOT_WANTED", "DECEASED", "NOTICE_CASE")
OUTCOMES: Final = ("WON", "PARTLY_WON", "LOST", "SETTLED", "WITHDRAWN_BY_PARTY", "SENTENCED", "ACQUITTED", "OTHER_END")


class Gap(StrictModel):
    """A paper or an explanation that is missing; ``file`` is what came in later and shows a gap not seen before."""

    kind: Literal[GAPS]  # type: ignore[valid-type]
    text: Short | None = None
    file: FileId | None = None


class Nothing(StrictModel):
    pass


class Redirected(StrictModel):
    to: Short
    reason: Text


class AskedSupplement(StrictModel):
    gaps: Annotated[tuple[Gap, ...], Field(min_length=1, max_length=20)]
    days: Annotated[int, Field(ge=1, le=60)] | None = None
    override_reason: Text | None = None


class Supplement(StrictModel):
    filled: Annotated[tuple[int, ...], Field(max_length=20)] = ()
    papers: Annotated[tuple[Paper, ...], Field(max_length=40)] = ()


class Confirmed(StrictModel):
    """A person looked and confirms what a timer says."""

    confirm: Yes


class AskedCooperation(StrictModel):
    centre: Short
    ask: Text


class Answered(StrictModel):
    answer: Text


class Withdrawn(StrictModel):
    how: Literal["WRITTEN", "CALL"]
    text: Text | None = None


class Proposal(StrictModel):
    decision: Literal["GRANT", "REFUSE"]
    basis: Basis | None = None
    aid_form: Wanted | None = None
    matter: Matter | None = None
    scope: Short | None = None
    ground: Literal[REFUSALS] | None = None  # type: ignore[valid-type]
    text: Text


class Grant(StrictModel):
    basis: Literal[(*STATED, Basis.NOT_REQUIRED_32, Basis.EXEMPT_42)]  # type: ignore[valid-type]
    aid_form: Wanted
    matter: Matter
    nature: Nature
    scope: Short


class Refusal(StrictModel):
    ground: Literal[REFUSALS]  # type: ignore[valid-type]
    text: Text


class AidFirst(StrictModel):
    """``why``: a period ends within seven days, or preservation or advance execution is needed (法律援助法 44)."""

    why: Literal["PERIOD_ENDS", "PRESERVATION", "ADVANCE_EXECUTION"]
    period_ends: Day | None = None
    until: Day
    lawyer: Mark
    override_reason: Text | None = None


class Assignment(StrictModel):
    lawyer: Mark
    override_reason: Text | None = None


class Reason(StrictModel):
    reason: Text


class Waiting(StrictModel):
    """Why the agreement cannot be signed: the recipient is the cause (程序规定 27)."""

    cause: Literal[WAITS]  # type: ignore[valid-type]
    text: Text | None = None


class Came(StrictModel):
    text: Text | None = None


class Engagement(StrictModel):
    """The agreement (F12) and the authority (F03): a scan each, or ``one_scan`` that holds both."""

    files: Annotated[tuple[FileId, ...], Field(max_length=10)] = ()
    signed_on: Day
    one_scan: bool = False


class Report(StrictModel):
    text: Text
    ended_on: Day | None = None  # the day on which the matter ended: the file is due from then on


class Change(StrictModel):
    by: Literal["RECIPIENT", "AGENCY"]
    reason: Text


class Termination(StrictModel):
    """``fact_on``: where the bureau had the end before undone, the day of what is new since."""

    ground: Literal[TERMINATIONS]  # type: ignore[valid-type]
    text: Text
    organ: Short | None = None
    fact_on: Day | None = None


class Objection(StrictModel):
    """One on paper comes with the day it reached the bureau, and the letter as it was scanned."""

    text: Text
    received_on: Day | None = None
    files: Annotated[tuple[FileId, ...], Field(min_length=1, max_length=10)] | None = None


class BureauDecision(StrictModel):
    text: Text


class Closing(StrictModel):
    outcome: Literal[OUTCOMES]  # type: ignore[valid-type]
    text: Text
    recovered_fen: Annotated[int, Field(ge=0, le=10**13)] = 0
    files: Annotated[tuple[FileId, ...], Field(max_length=20)] = ()


class Archiving(StrictModel):
    """``no_call_back``: why the recipient was not called back (F32), with words of its own."""

    box: Short
    years: Annotated[int, Field(ge=1, le=100)]
    pay_fen: Annotated[int, Field(ge=0, le=10**10)] = 0
    no_call_back: Literal[NO_CALL_BACKS] | None = None  # type: ignore[valid-type]
    no_call_back_text: Text | None = None


class CallBack(StrictModel):
    how: Literal["PHONE", "VISIT", "LETTER", "FAILED"]
    answer: Text
    grade: Annotated[int, Field(ge=1, le=5)] | None = None


class Correction(StrictModel):
    application: dict[str, Any]
    reason: Text


class Identified(StrictModel):
    how: Literal["ID_CARD", "PAPER", "SHARED_QUERY"]


class FirstCheck(StrictModel):
    text: Text


SHAPES: Final[dict[Move, type[StrictModel]]] = {
    Move.REDIRECT: Redirected,
    Move.BEGIN_REVIEW: Nothing,
    Move.ASK_SUPPLEMENT: AskedSupplement,
    Move.TAKE_SUPPLEMENT: Supplement,
    Move.DEEM_WITHDRAWN: Confirmed,
    Move.ASK_COOPERATION: AskedCooperation,
    Move.TAKE_COOPERATION: Answered,
    Move.WITHDRAW: Withdrawn,
    Move.PROPOSE: Proposal,
    Move.AID_FIRST: AidFirst,
    Move.GRANT: Grant,
    Move.REFUSE: Refusal,
    Move.ASSIGN: Assignment,
    Move.ACCEPT: Nothing,
    Move.DECLINE: Reason,
    Move.WAIT_FOR_CLIENT: Waiting,
    Move.CLIENT_CAME: Came,
    Move.ENGAGE: Engagement,
    Move.REPORT: Report,
    Move.BEGIN_CHANGE: Change,
    Move.REASSIGN: Assignment,
    Move.CLEAR_CONFLICT: Reason,
    Move.TERMINATE: Termination,
    Move.OBJECT: Objection,
    Move.UPHOLD: BureauDecision,
    Move.ORDER_CORRECTION: BureauDecision,
    Move.CLOSE: Closing,
    Move.RETURN_FILE: Reason,
    Move.ARCHIVE: Archiving,
    Move.CALL_BACK: CallBack,
    Move.CORRECT: Correction,
    Move.IDENTIFY: Identified,
    Move.LOSE_LAWYER: Reason,
    Move.TAKE_BACK: Reason,
}
# What a person wrote or said: never in clear.
TEXTS: Final = frozenset(
    {"text", "reason", "override_reason", "answer", "ask", "to", "centre", "scope", "organ", "gaps", "papers",
     "application", "box", "no_call_back_text"}
)  # fmt: skip


def read_given(move: Move, given: dict[str, Any]) -> Any:
    """The checked shape of what a move is given; raises `WrongField` that names the field and repeats nothing."""
    try:
        return SHAPES[move].model_validate_json(write_json(given))
    except ValidationError as problem:
        first = problem.errors()[0]
        raise WrongField(code_of(first), where(first) or "given") from None
