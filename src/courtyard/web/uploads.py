"""Files on their way in: into the spool for the one view that takes them, else nowhere."""

from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from courtyard.sources import spool

CHUNK = 256 * 1024
MOST_FILES = 50
FIELD = "files"


class NoFiles(FileUploadHandler):
    """Drops every file: no other form has any, and nobody fills the disk through one."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class NoRoom(StopUpload):
    """The disk has no room for what is announced."""

    def __init__(self, needed: int, room: int) -> None:
        super().__init__(connection_reset=True)
        self.needed, self.room = needed, room


class TooMany(StopUpload):
    """More files than one load may have."""


class Spooled(UploadedFile[Any]):
    """A file that lies in the spool whole. It is never opened here."""

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(None, path.name, size=size)
        self.path = path


class SpoolHandler(FileUploadHandler):
    """Streams files into one spool, a block at a time; removes it if the upload breaks off."""

    chunk_size = CHUNK

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.spool = spool.fresh()
        self.refused: StopUpload | None = None
        self.kept = False  # set by the view once a load owns the spool
        self._count = 0
        self._file: IO[bytes] | None = None
        self._path = Path()

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  # Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Looks for room before the first byte is read."""
        room = spool.room()
        if content_length > room:
            self._refuse(NoRoom(content_length, room))

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Opens the next file; its name is made fit, and alone in a folder of its own.

        Files of other fields are dropped: nobody would know that they were loaded.
        """
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD:
            raise SkipFile
        if self._count == MOST_FILES:
            self._refuse(TooMany(connection_reset=True))
        self._path = spool.place(self.spool, self._count, spool.safe_name(self.file_name or ""))
        self._count += 1
        self._file = self._path.open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Writes a block; no other handler sees it."""
        if self._file:
            self._file.write(raw_data)

    def file_complete(self, file_size: int) -> Spooled:
        """The file is whole."""
        if self._file:
            self._file.close()
        return Spooled(self._path, file_size)

    def upload_interrupted(self) -> None:
        """Nothing is left of half an upload."""
        if self._file:
            self._file.close()
        spool.remove(self.spool)

    def _refuse(self, why: StopUpload) -> None:
        self.refused = why
        spool.remove(self.spool)
        raise why
