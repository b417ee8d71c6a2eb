"""Unpacks archives byte by byte, as DuckDB does not check them, and no further than the limits."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import zstandard

from orchestration.reading.landing_zone import LandingFile
from orchestration.reading.unreadable import UnreadableFile
from orchestration.settings import Limits

# A byte of zlib becomes a thousand at the most, one of zstd 32 thousand (a block of 128 kB in 4
# bytes): what comes out of one step stays below 64 MB.
_STEP_BYTES = 2048
# An archive that unpacks to no more than this is no bomb, whatever its ratio.
_HARMLESS_BYTES = 10_000_000


class _Frame(Protocol):
    """One compressed frame, of which an archive holds one or more."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


_FRAMES: dict[str, Callable[[], _Frame]] = {
    "gz": lambda: zlib.decompressobj(wbits=31),
    "zst": lambda: zstandard.ZstdDecompressor().decompressobj(),
}


def unpack(file: LandingFile, target: Path, limits: Limits) -> int:
    """Unpack an archive into a new file; give the bytes that it became.

    Raises:
        UnreadableFile: the archive is truncated or broken, or unpacks to more than the limits.
    """
    packed_bytes, unpacked_bytes = file.path.stat().st_size, 0
    with target.open("xb") as plain:
        for chunk in _decompressed(file):
            unpacked_bytes += len(chunk)
            refuse_bomb(packed_bytes, unpacked_bytes, limits)
            plain.write(chunk)
    return unpacked_bytes


def refuse_bomb(packed_bytes: int, unpacked_bytes: int, limits: Limits) -> None:
    """Judge what so many bytes of a file become.

    Raises:
        UnreadableFile: they become more than the limits; the message names the setting.
    """
    if unpacked_bytes > limits.max_unpacked_bytes:
        raise UnreadableFile(
            f"it unpacks to more than {limits.max_unpacked_bytes:,} bytes; "
            "send it in parts, or raise CX_MAX_UNPACKED_BYTES"
        )
    if unpacked_bytes > max(_HARMLESS_BYTES, limits.max_unpacked_ratio * packed_bytes):
        raise UnreadableFile(
            f"it unpacks to more than {limits.max_unpacked_ratio:,} times its size, "
            "as only bombs do; send it as plain text, or raise CX_MAX_UNPACKED_RATIO"
        )


def _decompressed(file: LandingFile) -> Iterator[bytes]:
    start = _FRAMES[str(file.compression)]
    frame = start()
    try:
        with file.path.open("rb") as packed:
            while chunk := packed.read(_STEP_BYTES):
                while chunk:
                    frame = start() if frame.eof else frame
                    yield frame.decompress(chunk)
                    chunk = frame.unused_data
    except (zlib.error, zstandard.ZstdError) as error:
        raise UnreadableFile(f"the archive is broken ({error}); send it again") from error
    if not frame.eof:
        raise UnreadableFile("the archive ends in the middle; send it again")
