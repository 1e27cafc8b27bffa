"""A network compiled by OpenVINO, its layers multiplied as eight-bit integers.

Weights are rounded once, each row by its own scale. What enters a layer is rounded as it runs, in groups of
`GROUP` numbers with a scale each: one scale for all would leave a few large numbers and zeros. Only the layers'
products are rounded; attention, sums and norms stay in float32.

A model is compiled once a machine and kept in the user's cache folder, so that afterwards neither torch nor
sentence-transformers is imported: a question costs a second, not eight. A model that OpenVINO cannot read, or that
comes out too far from its published self, is refused with the reason, and runs as published.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path
from tokenizers import Tokenizer

from memory.embedding.network import Tokens, TorchNetwork, Vectors, quiet_transformers
from memory.files import flush_tree

logger = logging.getLogger(__name__)
# OpenVINO's binding finds numpy at its first array, in C++ where two threads that come at once wait for ever.
_first_use = threading.RLock()

FORMAT = 1  # of the kept folder, and of how weights are rounded
GROUP = 128  # numbers of a layer's input that share a scale
LARGEST = 127  # of a signed byte
MATRIX = 2  # dimensions of a layer's weights
LEAST_COSINE = 0.99  # to the published model, of every sample
BATCH_TOKENS = 2048
NETWORK, TOKENIZER, DESCRIPTION = "network.xml", "tokenizer.json", "description.json"
SAMPLES = (
    "Hello",
    "Please call me instead of writing, mornings are best.",
    "We are evaluating two other vendors because the export has been broken since March.",
    "Invoice 4711 is overdue; our accounting moved to a new system and the payment failed twice.",
    "Wir verlängern den Vertrag nur, wenn der Preis bleibt.",
    "请用中文回复我们的工单。",
    "من فضلك اتصل بي بعد الظهر",
    "👍 thanks!!! 🙂",
    "The board of directors met on Tuesday and decided to open a second plant. " * 20,
)


class NotCompiledError(RuntimeError):
    """The model cannot be run compiled; the message says why."""


class DamagedModelError(RuntimeError):
    """A kept model cannot be read."""


class CompiledNetwork:
    """A network read from where `compile_network` kept it, on this machine's processors, one batch each."""

    def __init__(self, folder: Path) -> None:
        core = _openvino().Core()
        about: dict[str, Any] = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        self.dimension: int = about["dimension"]
        self.max_tokens: int = about["max_tokens"]
        self.pad_id: int = about["pad_id"]
        self.prompts: dict[str, str] = about["prompts"]
        self.batch_tokens = BATCH_TOKENS
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        threads = os.cpu_count() or 1
        self._network = core.compile_model(
            core.read_model(folder / NETWORK),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "f32",
                "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP,
                "NUM_STREAMS": threads,
                "INFERENCE_NUM_THREADS": threads,
                "ENABLE_CPU_PINNING": False,  # a night and a reader may share the machine
            },
        )
        self._own = threading.local()  # one request a thread: it holds a batch's buffers
        with _first_use:
            self.forward(*np.ones((2, 1, 1), dtype=np.int64))
        self.workers = ThreadPoolExecutor(threads, "embedding")

    def tokenise(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, cut to `max_tokens`."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def forward(self, ids: Tokens, mask: Tokens) -> Vectors:
        """Vectors of one padded batch, not yet of length one."""
        if not hasattr(self._own, "request"):
            self._own.request = self._network.create_infer_request()
        vectors: Vectors = self._own.request.infer([ids, mask])[0]
        return vectors


def compiled_network(key: str, published: Path) -> CompiledNetwork:
    """The model of that key compiled: from the cache folder, or made there first, which takes seconds and needs torch.

    `published` is the folder of the model as sentence-transformers reads it. Raises NotCompiledError where it cannot
    be compiled, or is too inexact so; that is remembered too.
    """
    kept = kept_folder(key)
    if (kept / DESCRIPTION).exists():
        return _read(kept)
    with tempfile.TemporaryDirectory(prefix="memhouse-") as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        compile_network(published, made)
        _keep(made, kept)
        return _read(kept if kept.exists() else made)


def kept_folder(key: str) -> Path:
    """Where a compiled model is kept: by its weights, OpenVINO's version and how it was made."""
    return user_cache_path("memhouse") / "models" / f"{key}-openvino{version('openvino')}-{FORMAT}"


def compile_network(published: Path, into: Path) -> None:
    """Compile a published model into a folder; where it cannot be, the folder holds the reason."""
    about: dict[str, Any]
    try:
        about = _compile(published, into)
    except (MemoryError, OSError):  # of this moment, not of the model
        raise
    except Exception as error:  # noqa: BLE001 (a model is anybody's code: whatever it raises, it runs as published)
        about = {"refused": f"OpenVINO cannot read it ({type(error).__name__}: {error})"}
    (into / DESCRIPTION).write_text(json.dumps(about, indent=1), encoding="utf-8")


def _compile(published: Path, into: Path) -> dict[str, Any]:
    exact = TorchNetwork(published, "float32")
    about = {
        "dimension": exact.dimension,
        "max_tokens": exact.max_tokens,
        "pad_id": exact.pad_id,
        "prompts": exact.prompts,
    }
    tokenizer = Tokenizer.from_str(exact.model.tokenizer.backend_tokenizer.to_str())
    tokenizer.no_padding()
    tokenizer.enable_truncation(exact.max_tokens)
    tokenizer.save(str(into / TOKENIZER))
    (into / DESCRIPTION).write_text(json.dumps(about), encoding="utf-8")
    network = _traced(exact)
    _round_weights(network)
    _openvino().save_model(network, into / NETWORK, compress_to_fp16=False)
    cosine = _least_cosine(exact, CompiledNetwork(into))
    refused = {} if cosine >= LEAST_COSINE else {"refused": f"its vectors come to a cosine of {cosine:.3f} only"}
    return about | {"least_cosine": round(cosine, 4)} | refused


def _traced(exact: TorchNetwork) -> Any:
    """The model's whole pipeline, pooling included, in OpenVINO's form."""
    import torch  # noqa: PLC0415 (only where a model is compiled)

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = exact.model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    example = {name: torch.ones(2, 16, dtype=torch.long) for name in ("input_ids", "attention_mask")}
    with torch.inference_mode(), quiet_transformers(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what tracing may miss: the samples tell whether it did
        return _openvino().convert_model(Pipeline().cpu().eval(), example_input=example)


def _round_weights(network: Any) -> None:
    """Put bytes and a scale a row in place of each layer's weights; what enters it is rounded when it runs."""
    from openvino import opset14 as ops  # noqa: PLC0415 (after telemetry is off)

    for node in network.get_ops():
        weights = node.input_value(1).get_node() if node.get_type_name() == "MatMul" else None
        if weights is None or weights.get_type_name() != "Constant" or weights.data.ndim != MATRIX:
            continue
        rows = weights.data.astype(np.float32)
        across = 1 if node.get_attributes()["transpose_b"] else 0
        largest = np.abs(rows).max(axis=across, keepdims=True)
        scale = np.where(largest > 0, largest, 1).astype(np.float32) / np.float32(LARGEST)
        whole = np.rint(rows / scale).astype(np.int8)
        restored = ops.multiply(ops.convert(ops.constant(whole), "f32"), ops.constant(scale))
        node.input(1).replace_source_output(restored.output(0))


def _least_cosine(exact: TorchNetwork, compiled: CompiledNetwork) -> float:
    """The worst cosine between a sample's two vectors."""
    cosines = []
    for sample in SAMPLES:
        ids, same = exact.tokenise([sample]), compiled.tokenise([sample])
        if ids != same:
            raise NotCompiledError(f"its tokens differ for {sample[:20]!r}")
        tokens = np.asarray(ids, dtype=np.int64)
        a, b = (network.forward(tokens, np.ones_like(tokens))[0] for network in (exact, compiled))
        cosines.append(float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
    return min(cosines)


def _read(folder: Path) -> CompiledNetwork:
    _openvino()  # what keeps it from being imported is no damage of the folder
    try:
        refused = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8")).get("refused")
        if not refused:
            return CompiledNetwork(folder)
    except Exception as error:
        remedy = "remove the folder, and it is made again"
        raise DamagedModelError(f"the compiled model in {folder} cannot be read: {remedy} ({error})") from error
    raise NotCompiledError(refused)


def _keep(made: Path, kept: Path) -> None:
    """Put a finished folder in the cache in one step; another process may have been faster."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=kept.name, dir=kept.parent) as scratch:
            beside = Path(shutil.copytree(made, Path(scratch) / "model"))
            flush_tree(beside)
            if not kept.exists():
                beside.rename(kept)
    except OSError as error:
        if not (kept / DESCRIPTION).exists():
            logger.warning("the compiled model is not kept for the next time: %s", error)


def _openvino() -> Any:
    """OpenVINO without its telemetry, which otherwise tells its makers of every import, unasked."""
    with _first_use:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # its documented stand-in takes over
        import openvino  # noqa: PLC0415 (after telemetry is off)

        openvino.Tensor(np.zeros(1))  # its first array
    return openvino
