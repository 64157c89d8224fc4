"""Models that cannot come with PoseForge: what they are, where they lie, how they are fetched and checked.

They lie in one folder: `$POSEFORGE_MODELS`, else `models` in `$POSEFORGE_HOME`, else in the system's folder for such data.
Nothing is fetched unless `fetch` is called. What has come of a file is kept beside it as NAME.part and continued; the file gets
its name when its size and its SHA-256 are right.

Sizes and digests of DWPose, the image autoencoder and Whisper are those that several public projects pin alike; Whisper's
digest is also a part of its address. For EchoMimicV2's own weights no such figures are known here (None): they are held to what
the server states, which for Hugging Face is the size and the SHA-256. About how large they are follows from how many numbers
each network has, four bytes each.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Literal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from poseforge import __version__
from poseforge.errors import FileProblem, InvalidValue
from poseforge.files import holding, own_data, real_path

HUB = "https://huggingface.co"
MIRROR = "https://hf-mirror.com"
"""Serves what the hub serves, where the hub cannot be reached."""

_TIMEOUT_S = 30
_CHUNK = 2**18

Told = Callable[[int, int | None], None]
"""Called with the bytes of a file that are there, and of how many if that is known."""


@dataclass(frozen=True)
class ModelFile:
    """One file of a model.

    Attributes:
        path: where it lies in the folder of models, with forward slashes.
        address: where it is fetched from.
        size, sha256: what it must be, in bytes and as hexadecimal digits; None where that is not known.
        about: how many bytes to expect where `size` is not known.
    """

    path: str
    address: str
    size: int | None = None
    sha256: str | None = None
    about: int = 0

    @property
    def place(self) -> Path:
        return folder() / self.path

    @property
    def expected(self) -> int:
        """About how many bytes it has, if nobody knows better."""
        return self.size or self.about


@dataclass(frozen=True)
class Model:
    """Files that are of use together, for a `purpose`, under a `licence`."""

    name: str
    purpose: str
    licence: str
    files: tuple[ModelFile, ...]


@dataclass(frozen=True)
class State:
    """How a file stands.

    Attributes:
        word: "there" (nothing known of it is wrong), "missing", "partly" (a download that was interrupted) or "wrong".
        seen: what was found, for people.
    """

    word: Literal["there", "missing", "partly", "wrong"]
    seen: str


def _official(name: str, numbers: int) -> ModelFile:
    """A file of EchoMimicV2's own, of a network with so many numbers."""
    return ModelFile(f"echomimic_v2/{name}", f"{HUB}/BadToBest/EchoMimicV2/resolve/main/{name}", about=4 * numbers)


_VAE = f"{HUB}/stabilityai/sd-vae-ft-mse/resolve/main"
_WHISPER = "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9"
_SHARED = (
    _official("reference_unet.pth", 815_521_280),
    _official("pose_encoder.pth", 1_086_480),
    ModelFile(
        "echomimic_v2/sd-vae-ft-mse/config.json",
        f"{_VAE}/config.json",
        547,
        "92d3dfb746fca211a2c9e019e285f8597412211728dce3c5bcf4eda0f2d62e7e",
    ),
    ModelFile(
        "echomimic_v2/sd-vae-ft-mse/diffusion_pytorch_model.safetensors",
        f"{_VAE}/diffusion_pytorch_model.safetensors",
        334_643_276,
        "a1d993488569e928462932c8c38a0760b874d166399b14414135bd9c42df5815",
    ),
    ModelFile(
        "echomimic_v2/audio_processor/tiny.pt",
        f"https://openaipublic.azureedge.net/main/whisper/models/{_WHISPER}/tiny.pt",
        75_572_083,
        _WHISPER,
    ),
)
_DENOISING, _MOTION = 849_936_324, 454_417_600
_LICENCES = "Apache-2.0; the image autoencoder and Whisper MIT"

CATALOGUE: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            "dwpose",
            "poses from pictures and video with DWPose",
            "Apache-2.0",
            (
                ModelFile(
                    "dwpose/yolox_l.onnx",
                    f"{HUB}/yzd-v/DWPose/resolve/main/yolox_l.onnx",
                    216_746_733,
                    "7860ae79de6c89a3c1eb72ae9a2756c0ccfbe04b7791bb5880afabd97855a411",
                ),
                ModelFile(
                    "dwpose/dw-ll_ucoco_384.onnx",
                    f"{HUB}/yzd-v/DWPose/resolve/main/dw-ll_ucoco_384.onnx",
                    134_399_116,
                    "724f4ff2439ed61afb86fb8a1951ec39c6220682803b4a8bd4f598cd913b1843",
                ),
            ),
        ),
        Model(
            "echomimic-v2",
            "video from poses with EchoMimicV2, 30 steps",
            _LICENCES,
            (_official("denoising_unet.pth", _DENOISING), _official("motion_module.pth", _MOTION), *_SHARED),
        ),
        Model(
            "echomimic-v2-acc",
            "the same in 6 steps, nine times as fast",
            _LICENCES,
            (_official("denoising_unet_acc.pth", _DENOISING), _official("motion_module_acc.pth", _MOTION), *_SHARED),
        ),
    )
}
"""Every model by name. Files of EchoMimicV2 lie as in its own `pretrained_weights`; both of its models share some."""


def get(name: str) -> Model:
    """The model of that name. InvalidValue if there is none."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise InvalidValue(f"no model {name!r:.40}; there are {', '.join(CATALOGUE)}") from None


def folder() -> Path:
    """Where models lie; it need not exist."""
    chosen = os.environ.get("POSEFORGE_MODELS")
    return real_path(Path(chosen).expanduser()) if chosen else own_data() / "models"


def find(name: str, file_name: str) -> Path:
    """Where a file of a model lies. FileProblem if it does not, with where it was looked for and how it is fetched."""
    for file in get(name).files:
        if file.place.name == file_name:
            if file.place.is_file():
                return file.place
            raise FileProblem(f"{file.place}: no such file; `poseforge models fetch {name}` fetches it")
    raise InvalidValue(f"model {name} has no file {file_name!r:.40}")


def missing(name: str) -> tuple[ModelFile, ...]:
    """The files of a model that are not there. Reads none of them."""
    return tuple(file for file in get(name).files if not file.place.is_file())


def state(file: ModelFile, thorough: bool = False) -> State:
    """How a file stands: by its size, or `thorough` by every byte. FileProblem if it cannot be read."""
    if file.place.is_file():
        with _problems(file.place):
            fault = _fault(file.place, file.size, file.sha256 if thorough else None)
            size = file.place.stat().st_size
        if fault:
            return State("wrong", fault)
        unknown = "; its right size and digest are not known" if thorough and file.sha256 is None else ""
        return State("there", f"{size:,} bytes{unknown}")
    part = _part(file)
    if part.is_file() and part.stat().st_size:
        return State("partly", f"{part.stat().st_size:,} bytes of {f'{file.size:,}' if file.size else 'a number not known'}")
    return State("missing", "not there")


def fetch(file: ModelFile, source: str = HUB, tell: Told = lambda done, total: None) -> Path:
    """Fetch a file unless it is there and right; what has come of it before is continued. Gives where it lies.

    `source` is what stands for the hub in the addresses that are of it: a mirror. A connection that breaks off is taken up
    again as long as something more comes. FileProblem if the file cannot be had, is another one, cannot be kept, or is being
    fetched already; InvalidValue for a source that is no address. Whatever ends it, what came is kept, unless it is known to be
    wrong.
    """
    if not _is_address(source):
        raise InvalidValue(f"source {source!r:.80}: is no address; write it as {MIRROR}")
    if state(file, thorough=True).word == "there":
        return file.place
    address = source.rstrip("/") + file.address.removeprefix(HUB) if file.address.startswith(HUB + "/") else file.address
    part = _part(file)
    with _problems(part):
        part.parent.mkdir(parents=True, exist_ok=True)
        busy = f"{file.place}: is being fetched already, by the editor or in another terminal; wait for that, or stop it there"
        with holding(part.with_name(part.name + ".lock"), busy):
            return _fetched(address, file, part, tell)


def _fetched(address: str, file: ModelFile, part: Path, tell: Told) -> Path:
    """Fetch a file from an address into `part`, which nobody else writes, and from there to its place."""
    with _problems(part):
        part.touch()
        if file.size is not None and part.stat().st_size > file.size:
            os.truncate(part, 0)
    size, digest = _complete(address, file, part, tell)
    with _problems(part):
        fault = _fault(part, size, digest)
        if fault:
            part.unlink()
            raise FileProblem(f"{address}: has the wrong bytes: {fault}; nothing was kept, take it from elsewhere with --from")
        os.replace(part, file.place)
    return file.place


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and text.isprintable()
    except ValueError:  # brackets, and ports that are none
        return False


class _BrokenOff(Exception):
    """A connection ended before the file did."""


def _complete(address: str, file: ModelFile, part: Path, tell: Told) -> tuple[int | None, str | None]:
    """Receive until all is there, over as many connections as bring something. Gives the size and the digest it must have."""
    most = -1
    while True:
        have = part.stat().st_size
        if have == file.size:
            return file.size, file.sha256
        try:
            return _receive(address, file, part, tell)
        except _BrokenOff as error:
            if have <= most:
                raise FileProblem(f"{address}: {error}; what came is kept, and another try goes on with it") from None
            most = have


def _receive(address: str, file: ModelFile, part: Path, tell: Told) -> tuple[int | None, str | None]:
    """Receive over one connection what `part` lacks. Gives the size and the digest that the whole must have."""
    have = part.stat().st_size
    guide = _Guide()
    try:
        response = _opened(address, have, guide)
    except HTTPError as error:
        error.close()
        rest = re.fullmatch(r"bytes \*/([0-9]+)", error.headers.get("Content-Range", ""))
        if error.code != 416 or not have:
            raise FileProblem(f"{address}: {_refusal(error.code)}; {_ELSEWHERE}") from None
        if rest and int(rest[1]) == have and file.size is None:
            return have, file.sha256
        with _problems(part):
            os.truncate(part, 0)  # no beginning of what is there
        return _receive(address, file, part, tell)
    with response, _problems(part), part.open("r+b") as out:
        if response.headers.get_content_type() == "text/html":
            raise FileProblem(f"{address}: is a web page, perhaps one to log in, not the file; {_ELSEWHERE}")
        start, total = _extent(address, response, have)
        if file.size is not None and total is not None and total != file.size:
            raise FileProblem(f"{address}: is another file: {total:,} bytes, expected {file.size:,}; {_ELSEWHERE}")
        total = file.size if total is None else total
        if total is not None and shutil.disk_usage(part.parent).free < total - have:
            raise FileProblem(
                f"{part.parent}: has no room for {total - have:,} bytes more; POSEFORGE_MODELS names another folder"
            )
        out.seek(have)
        for position, chunk in _chunks(response, start):
            out.write(chunk[max(0, have - position) :])  # a server that cannot continue begins again
            if total is not None and position + len(chunk) > total:
                raise FileProblem(f"{address}: sends more than the {total:,} bytes that it should; {_ELSEWHERE}")
            tell(max(have, position + len(chunk)), total)
        out.flush()
        os.fsync(out.fileno())
    if total is not None and part.stat().st_size < total:
        raise _BrokenOff(f"the connection broke off at {part.stat().st_size:,} of {total:,} bytes")
    return total, file.sha256 or guide.digest


_ELSEWHERE = f"try again later, or from elsewhere with --from {MIRROR}"


def _refusal(code: int) -> str:
    return {401: "needs permission (401)", 403: "needs permission (403)", 404: "is not there (404)"}.get(
        code, f"the server answers with error {code}"
    )


class _Guide(HTTPRedirectHandler):
    """Follows the hub to where the bytes lie, never from https to less, and keeps the digest that it states on the way."""

    digest: str | None = None

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in ("https", req.type):
            fp.close()
            raise FileProblem(f"{req.full_url}: leads to {newurl:.200}, which is no safe address; {_ELSEWHERE}")
        self.note(headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def note(self, headers: HTTPMessage) -> None:
        """The hub's own headers; the digest of a large file is its tag."""
        tag = re.fullmatch(r'"?([0-9a-f]{64})"?', headers.get("X-Linked-Etag", ""))
        if tag:
            self.digest = tag[1]


def _opened(address: str, have: int, guide: _Guide) -> HTTPResponse:
    """The response to a request for what follows the first `have` bytes. HTTPError if refused, _BrokenOff if not reached."""
    headers = {"User-Agent": f"PoseForge/{__version__}", "Accept-Encoding": "identity"}
    request = Request(address, headers=headers | ({"Range": f"bytes={have}-"} if have else {}))
    try:
        response: HTTPResponse = build_opener(guide).open(request, timeout=_TIMEOUT_S)
    except (HTTPError, FileProblem):
        raise
    except (OSError, HTTPException, ValueError) as error:
        raise _BrokenOff(f"cannot be reached ({getattr(error, 'reason', None) or error})") from None
    guide.note(response.headers)
    return response


def _extent(address: str, response: HTTPResponse, have: int) -> tuple[int, int | None]:
    """Where in the file a response begins, and the size of the whole if it is stated."""
    if response.status == 206:
        extent = re.fullmatch(r"bytes ([0-9]+)-[0-9]+/([0-9]+|\*)", response.headers.get("Content-Range", ""))
        if not extent or int(extent[1]) > have:
            raise FileProblem(f"{address}: the server sends another part than was asked for; {_ELSEWHERE}")
        return int(extent[1]), None if extent[2] == "*" else int(extent[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _chunks(response: HTTPResponse, position: int) -> Iterator[tuple[int, bytes]]:
    """What comes, with where it belongs. _BrokenOff if the connection fails."""
    while True:
        try:
            chunk = response.read1(_CHUNK)
        except (OSError, HTTPException) as error:
            raise _BrokenOff(f"the connection broke off ({error or type(error).__name__})") from None
        if not chunk:
            return
        yield position, chunk
        position += len(chunk)


def _fault(path: Path, size: int | None, sha256: str | None) -> str:
    """What is wrong with a file; empty if nothing is."""
    found = path.stat().st_size
    if size is not None and found != size:
        return f"{found:,} bytes, expected {size:,}"
    if sha256 is not None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != sha256:
            return f"SHA-256 {digest}, expected {sha256}"
    return ""


def _part(file: ModelFile) -> Path:
    return file.place.with_name(file.place.name + ".part")


@contextmanager
def _problems(path: Path) -> Iterator[None]:
    try:
        yield
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(f"{path}: cannot be kept or read ({error.strerror or error})") from error
