"""Document cameras: what a picture must be (codec), the kernel's calls (v4l2), one picture when asked (driver)."""

from drivers.document_camera.codec import BadPicture, Picture, clean_picture
from drivers.document_camera.driver import OPTIONS, Camera, DocumentCamera, PictureFolder, open_channel
from drivers.document_camera.v4l2 import V4l2Camera
from drivers.driver import Manifest
from drivers.kind import Kind

__all__ = [
    "MANIFEST",
    "BadPicture",
    "Camera",
    "DocumentCamera",
    "Picture",
    "PictureFolder",
    "V4l2Camera",
    "clean_picture",
    "open_channel",
]

MANIFEST = Manifest(
    name="v4l2-camera",
    version="1",
    capabilities=("picture",),
    default_baud=0,
    open_channel=open_channel,
    build=DocumentCamera,
    kind=Kind.CAMERA,
    options=OPTIONS,
    ports=("video", "file"),
)
