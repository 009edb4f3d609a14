"""Pictures drawn anew: what is kept is the picture alone, upright, without the notes, places and tails it came with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.core.errors import DomainError
from portal.core.inspection import MAX_PIXELS, PNG, FileKind

# One frame, decoded into at most four bytes a pixel.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
_FORMATS: Final = ("PNG", "JPEG")
QUALITY: Final = 90


@contextmanager
def redrawn(file: IO[bytes], kind: FileKind, field: str = "file") -> Iterator[IO[bytes]]:
    """The picture of a file, written anew in its own kind. Raises DomainError when it cannot be drawn."""
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as made:
        try:
            _draw(file, kind, made)
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError) as error:
            text = _("The picture cannot be drawn. Save it anew as PNG or JPEG and upload it again.")
            raise DomainError("picture_broken", text, field) from error
        made.seek(0)
        yield made


def _draw(file: IO[bytes], kind: FileKind, made: IO[bytes]) -> None:
    file.seek(0)
    with Image.open(file, formats=_FORMATS) as picture:
        upright = ImageOps.exif_transpose(picture)
        if kind is PNG:
            _plain(upright, ("RGB", "RGBA", "L", "LA")).save(made, "PNG")
        else:
            _plain(upright, ("RGB", "L")).save(made, "JPEG", quality=QUALITY)


def _plain(picture: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """The points of the picture alone, in one of the modes."""
    if picture.mode not in modes:
        has_gaps = "RGBA" in modes and (picture.mode in {"PA", "LA"} or "transparency" in picture.info)
        picture = picture.convert("RGBA" if has_gaps else "RGB")
    plain = Image.new(picture.mode, picture.size)
    plain.paste(picture)
    return plain
