"""Which number format a model is run in: the fastest that is exact enough on the processor at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Precision = Literal["bfloat16", "int8", "float32"]

CPUINFO = Path("/proc/cpuinfo")
GPU_DEVICES = tuple(map(Path, ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")))
# By the processor's own flags. Having bfloat16 is not enough: without the matrix unit it is no faster than float32.
MATRIX_UNIT = {"amx_bf16"}
DOT_PRODUCTS_OF_BYTES = {"avx512_vnni", "avx_vnni"}


def fastest_precision() -> Precision:
    """bfloat16 on a GPU or a matrix unit, int8 where bytes are multiplied natively, else float32."""
    flags = _processor_flags()
    if flags & MATRIX_UNIT or _has_gpu():
        return "bfloat16"
    return "int8" if flags & DOT_PRODUCTS_OF_BYTES else "float32"


def _processor_flags() -> set[str]:
    """What the processor says it can do; nothing where the system has no such file."""
    if not CPUINFO.exists():
        return set()
    return set(next((line for line in CPUINFO.read_text().splitlines() if line.startswith("flags")), "").split())


def _has_gpu() -> bool:
    """Whether torch can use a GPU; it is asked, and imported, only where there is a device."""
    if not any(device.exists() for device in GPU_DEVICES):
        return False
    import torch  # noqa: PLC0415 (seconds to import)

    return torch.cuda.is_available()
