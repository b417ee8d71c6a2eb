"""Archives and their content, byte by byte, as DuckDB does not check it."""

import mmap
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import zstandard

from orchestration.landing import LandingFile

CHUNK_BYTES = 1 << 20


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


class UnreadableFile(Exception):
    """A file that cannot be loaded at all; the message names the reason and the remedy."""


@contextmanager
def unpacked(file: LandingFile) -> Iterator[LandingFile]:
    """Give the file in a form that DuckDB reads: it reads no Parquet inside an archive.

    Raises:
        UnreadableFile: the archive is truncated or broken.
    """
    if file.format != "parquet" or not file.compression:
        yield file
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as target:
        target.writelines(content(file))
        target.flush()
        yield replace(file, path=Path(target.name))


@contextmanager
def mapped(file: LandingFile) -> Iterator[mmap.mmap]:
    """Give the content of a file, unpacked, as one read-only string of bytes."""
    with tempfile.TemporaryFile() if file.compression else file.path.open("rb") as plain:
        if file.compression:
            plain.writelines(content(file))
            plain.flush()
        with mmap.mmap(plain.fileno(), 0, access=mmap.ACCESS_READ) as bytes_:
            yield bytes_


def content(file: LandingFile) -> Iterator[bytes]:
    """Read a file, unpacked, in chunks.

    Raises:
        UnreadableFile: the archive is truncated or broken.
    """
    if file.compression:
        yield from _decompressed(file)
        return
    with file.path.open("rb") as plain:
        while chunk := plain.read(CHUNK_BYTES):
            yield chunk


def head(file: LandingFile) -> bytes:
    """The beginning of a file, unpacked: at least a chunk of it where it has that much."""
    beginning = b""
    for chunk in content(file):
        beginning += chunk
        if len(beginning) >= CHUNK_BYTES:
            break
    return beginning


def _decompressed(file: LandingFile) -> Iterator[bytes]:
    start = _FRAMES[str(file.compression)]
    frame = start()
    try:
        with file.path.open("rb") as packed:
            while chunk := packed.read(CHUNK_BYTES):
                while chunk:
                    frame = start() if frame.eof else frame
                    yield frame.decompress(chunk)
                    chunk = frame.unused_data
    except (zlib.error, zstandard.ZstdError) as error:
        raise UnreadableFile(f"the archive is broken ({error}); send it again") from error
    if not frame.eof:
        raise UnreadableFile("the archive ends in the middle; send it again")
