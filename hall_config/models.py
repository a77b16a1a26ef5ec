"""The shape of ``hall.toml``: every key, its type, its unit and its bounds. An unknown key is an error.

Each key stands, explained, in ``example.toml``; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from hall.guide_slips import Limits
from hall_config.points import CHANNEL_POINT_FORM, DEVICE_FORM, POINT_FORM
from hall_config.queue_models import (
    OpeningPart,
    PriorityPart,
    RestDayPart,
    RulesPart,
    ServicePart,
    WindowPart,
    WorkDayPart,
)
from hall_config.strict_model import Hours, StrictModel, Text

Identifier = Annotated[str, Field(pattern=f"^{DEVICE_FORM}$")]
Point = Annotated[str, Field(pattern=f"^{POINT_FORM}$")]
Driver = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,59}$")]  # the name of an installed driver
RelayPoint = Annotated[str, Field(pattern=f"^{CHANNEL_POINT_FORM}$")]  # a board and its relay, from 0
_CENTRAL = r"^(https://[^/\s]+|http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?)$"
_GUIDE_SLIPS = Limits()


class HallPart(StrictModel):
    """Who this hall is."""

    id: Annotated[str, Field(pattern=r"^[0-9a-z-]{3,40}$")]
    name_zh: Text
    name_en: Text


class DataPart(StrictModel):
    """Where the journal and all else that is written stands."""

    folder: str = "/var/lib/legal-hall"


class PagesPart(StrictModel):
    """The address of the pages and of the HTTP interface."""

    listen: Annotated[str, Field(pattern=r"^[^:\s]+:[0-9]{1,5}$")] = "0.0.0.0:8080"
    public_url: str | None = None  # what stands in the slip's QR code; without it the slip carries none


class UplinkPart(StrictModel):
    """The line to central. Without this part the hall stands alone and loses nothing.

    ``central`` renews this controller's certificate; plain HTTP is for one on this machine.
    """

    broker: Annotated[str, Field(pattern=r"^mqtts?://[^/\s]+$")]
    password_file: str | None = None
    central: Annotated[str, Field(pattern=_CENTRAL)] | None = None


class GpioPart(StrictModel):
    """``native`` for the pins of this board, or ``pigpio://host:port`` for pins behind a pigpio daemon."""

    pins: Annotated[str, Field(pattern=r"^(native|pigpio://[^/\s:]+:[0-9]{1,5})$")] = "native"


VolumeFrom = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9] (100|[1-9]?[0-9])$")]


class SpeechPart(StrictModel):
    """What is said and how loud: ``volume`` from midnight, then each of ``volume_times`` from its own time on."""

    english: bool = False
    repeat: Annotated[int, Field(ge=1, le=3)] = 2
    volume: Annotated[int, Field(ge=0, le=100)] = 80
    volume_times: Annotated[tuple[VolumeFrom, ...], Field(max_length=48)] = ()
    chime: bool = True
    digit_one: Literal["yi", "yao"] = "yi"
    voice: Literal["recorded", "kokoro", "espeak"] = "recorded"  # kokoro, of which the recordings are, says notices too
    help: bool = True  # elder mode of the ticket machine and the kiosk speaks
    help_volume: Annotated[int, Field(ge=5, le=100)] = 60

    @field_validator("volume_times", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class LinePart(StrictModel):
    """A port that several devices share on purpose: a bus."""

    id: Identifier
    port: str
    baud: int = 9600


class DevicePart(StrictModel):
    """One device: on a port of its own, or on a line. ``options`` are the driver's own, named in its README."""

    id: Identifier
    driver: Driver
    port: str | None = None
    line: str | None = None
    baud: int | None = None
    address: Annotated[int, Field(ge=0, le=255)] | None = None
    window: Annotated[int, Field(ge=1, le=99)] | None = None
    name_zh: str = ""
    name_en: str = ""
    gives: Annotated[str, Field(pattern=r"^[A-HJ-NP-Z]$")] | None = None  # a button that gives tickets of this class
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way_in(self) -> DevicePart:
        if (self.port is None) == (self.line is None):
            raise ValueError(f"device {self.id} needs either a port of its own or a line, not both and not neither")
        return self


class AmplifierPart(StrictModel):
    """The amplifier of the ceiling speakers: what it bears, and the relay of its priority or mute contact."""

    watts: Annotated[int, Field(ge=1, le=5000)]
    priority: RelayPoint | None = None


class ZonePart(StrictModel):
    """One loudspeaker line behind one relay. ``services`` and ``windows`` say whose calls it carries; empty: all.
    A ``quiet`` one carries an evacuation and nothing else."""

    id: Identifier
    name_zh: Annotated[str, Field(max_length=60)] = ""
    name_en: Annotated[str, Field(max_length=60)] = ""
    relay: RelayPoint
    watts: Annotated[int, Field(ge=0, le=5000)]
    services: tuple[str, ...] = ()
    windows: tuple[int, ...] = ()
    quiet: bool = False

    @field_validator("services", "windows", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class PassesPart(StrictModel):
    """Whose signatures on lawyers' passes this hall believes. Without this part every pass is left to the staff."""

    anchor: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]  # Ed25519, base64url: signs the two lists
    keys: str = "/etc/legal-hall/gate.keys"
    revoked: str = "/var/lib/legal-hall/gate.revoked"


class GatePart(StrictModel):
    """A lawyers' gate. A point is a device, or device:channel where it has several."""

    id: Identifier
    name_zh: Annotated[str, Field(max_length=60)] = ""
    name_en: Annotated[str, Field(max_length=60)] = ""
    lock: Point
    contact: Point
    passage: Point | None = None
    reader: Identifier | None = None
    unlock_s: Annotated[float, Field(ge=1, le=60)] = 5.0
    open_alarm_s: Annotated[float, Field(ge=1, le=600)] = 15.0
    pulse_s: Annotated[float, Field(ge=0.5, le=1)] = 0.7


Means = Literal[
    "door", "ups_on_battery", "ups_battery_low", "cabinet_open", "paper_near_end", "amplifier_fault", "smoke", "water"
]


class ContactPart(StrictModel):
    """A contact with a name: what it means when ``point`` (a device, or device:channel) is in its ``active`` state."""

    id: Identifier
    point: Point
    means: Means
    active: Literal["closed", "open"] = "closed"
    long_after_s: Annotated[int, Field(ge=10, le=86_400)] = 600
    name_zh: Annotated[str, Field(max_length=60)] = ""
    name_en: Annotated[str, Field(max_length=60)] = ""


class DisplaysPart(StrictModel):
    """When the screens that can be switched are on; without this part nobody switches them but people."""

    hours: Annotated[tuple[Hours, ...], Field(min_length=1)]
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)] = (1, 2, 3, 4, 5, 6, 7)

    @field_validator("hours", "weekdays", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


class PublicityPart(StrictModel):
    """What the publicity page shows."""

    folder: str = "/var/lib/legal-hall/publicity"
    seconds: Annotated[int, Field(ge=3, le=600)] = 12


class ContentPart(StrictModel):
    """The content pack that this hall holds; without it the sample shows, and every page says so."""

    folder: Annotated[str, Field(min_length=1)]


class GuideSlipsPart(StrictModel):
    """How many guides the ticket printer may print for visitors of the kiosk; ``a_day`` 0: none."""

    a_day: Annotated[int, Field(ge=0, le=2000)] = _GUIDE_SLIPS.a_day
    apart_s: Annotated[int, Field(ge=5, le=600)] = _GUIDE_SLIPS.apart_s


class HallFile(StrictModel):
    """A whole ``hall.toml``."""

    hall: HallPart
    data: DataPart = DataPart()
    pages: PagesPart = PagesPart()
    uplink: UplinkPart | None = None
    gpio: GpioPart = GpioPart()
    speech: SpeechPart = SpeechPart()
    amplifier: AmplifierPart | None = None
    rules: RulesPart = RulesPart()
    opening: tuple[OpeningPart, ...] = ()
    rest_day: tuple[RestDayPart, ...] = ()
    work_day: tuple[WorkDayPart, ...] = ()
    priority: tuple[PriorityPart, ...] = ()
    service: Annotated[tuple[ServicePart, ...], Field(min_length=1)]
    window: Annotated[tuple[WindowPart, ...], Field(min_length=1)]
    line: tuple[LinePart, ...] = ()
    device: tuple[DevicePart, ...] = ()
    passes: PassesPart | None = None
    gate: tuple[GatePart, ...] = ()
    zone: tuple[ZonePart, ...] = ()
    contact: tuple[ContactPart, ...] = ()
    displays: DisplaysPart | None = None
    publicity: PublicityPart = PublicityPart()
    content: ContentPart | None = None
    guide_slips: GuideSlipsPart = GuideSlipsPart()

    @field_validator(
        "opening", "rest_day", "work_day", "priority", "service", "window", "line", "device", "zone", "contact", "gate",
        mode="before",
    )  # fmt: skip
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value
