"""Which number format a model is run in: the fastest that is exact enough on the processor at hand."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Literal

Precision = Literal["auto", "bfloat16", "float32"]

CPU_FLAGS_OF_BFLOAT16 = ("avx512_bf16", "amx_bf16")
LAYER = (1024, 384, 1536)  # tokens, numbers in and out of the layer that is timed
REPEATS = 5


def fastest_precision(wanted: Precision) -> Precision:
    """The precision asked for; of `auto` bfloat16 on a GPU and where the processor is faster with it."""
    if wanted != "auto":
        return wanted
    import torch  # noqa: PLC0415 (seconds to import)

    pays = torch.cuda.is_available() or (has_bfloat16() and bfloat16_pays())
    return "bfloat16" if pays else "float32"


def has_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this processor multiplies bfloat16 natively (elsewhere it is slower than float32)."""
    if not cpuinfo.exists():
        return False
    flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")), "").split()
    return any(flag in flags for flag in CPU_FLAGS_OF_BFLOAT16)


@cache
def bfloat16_pays() -> bool:
    """Whether a layer takes less processor time in bfloat16: some processors have the instructions, and are slower."""
    import torch  # noqa: PLC0415

    with ThreadPoolExecutor(1, "precision", initializer=torch.set_num_threads, initargs=(1,)) as alone:
        seconds = [alone.submit(_seconds, dtype).result() for dtype in (torch.bfloat16, torch.float32)]
    return seconds[0] < seconds[1]


def _seconds(dtype: Any) -> float:
    """Processor time of one layer, the least of a few: what else the machine does is not counted."""
    import torch  # noqa: PLC0415

    tokens, inside, outside = LAYER
    layer, rows = torch.nn.Linear(inside, outside).to(dtype), torch.randn(tokens, inside).to(dtype)
    taken = []
    with torch.inference_mode():
        for _ in range(REPEATS):
            began = time.thread_time()
            layer(rows)
            taken.append(time.thread_time() - began)
    return min(taken)
