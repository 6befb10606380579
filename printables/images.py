"""The one image type of this package: grey, eight bits, row by row from the top."""

from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Grey: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float64]

MM_PER_INCH: Final = 25.4


def darkest(image: npt.NDArray[np.uint8]) -> Grey:
    """Return the darkest of a colour image's channels: ink of any colour stays ink (luma would lose orange)."""
    if image.ndim == 2:  # noqa: PLR2004 – rows and columns: already grey
        return image
    return np.ascontiguousarray(image[:, :, : min(3, image.shape[2])].min(axis=2))


def png(image: Grey) -> bytes:
    """Return the image as PNG, the same bytes for the same pixels."""
    _, encoded = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 6])
    return encoded.tobytes()
