"""Embedding: once a text, whatever is killed; another model beside the old one; batches; the packaged model's hash."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from transformers import BertConfig, BertModel

from lake.settings import Settings
from memory.embedding import compiled, precision
from memory.embedding import model as model_module
from memory.embedding.batching import batches
from memory.embedding.embed import embed, prune_vectors
from memory.embedding.model import PACKAGED_MODEL, EmbeddingModel, ModelError, _location, identify, load_model
from memory.embedding.precision import Precision
from memory.embedding.store import VectorStore
from memory.reader import Snapshot
from memory.snapshot.manifest import Manifest
from memory.snapshot.publish import publish_snapshot

DAY = date(2025, 6, 29)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of random weights and 32 dimensions, as a folder."""
    bare, folder = tmp_path_factory.mktemp("bare"), tmp_path_factory.mktemp("models") / "tiny"
    for path in _location(PACKAGED_MODEL).iterdir():
        if path.name.startswith(("tokenizer", "vocab", "special")):
            shutil.copy(path, bare)
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(bare)
    body = Transformer(str(bare), max_seq_length=64)
    SentenceTransformer(modules=[body, Pooling(32)]).save(str(folder))
    return folder


def test_an_unchanged_text_is_embedded_once(con, settings: Settings, model: EmbeddingModel, add):
    first = embed(con, settings, model=model)
    assert first.embedded == first.texts == 5
    add("mem_6", "Ann prefers to be called by phone.")  # the same words
    add("mem_7", "Something new.")
    seen: list[tuple[int, int]] = []
    second = embed(con, settings, model=model, progress=lambda done, todo: seen.append((done, todo)))
    assert (second.texts, second.embedded, seen) == (6, 1, [(1, 1)])
    assert embed(con, settings, model=model).embedded == 0


@pytest.mark.usefixtures("cache")
def test_another_model_is_embedded_beside_the_old_and_swapped_in(con, settings: Settings, model, other_model: Path):
    embed(con, settings, model=model)
    old = publish_snapshot(con, settings, DAY, model=model)
    changed = settings.model_copy(update={"embedding_model": str(other_model)})
    report = embed(con, changed)
    assert report.embedded == 5
    assert {path.name for path in settings.vectors_dir.iterdir()} == {model.id.key, report.model_key}
    new = publish_snapshot(con, changed, DAY)
    assert new.snapshot_id != old.snapshot_id
    named = Manifest.read(new.path).embedding_model
    assert (named["name"], named["dimension"], named["key"]) == (str(other_model), 32, report.model_key)
    assert named["weights_sha256"] == identify(str(other_model)).weights_sha256
    for done in (old, new):  # each is asked with its own model
        reader = Snapshot.open(settings.snapshots_dir, done.snapshot_id)
        assert reader.recall("per_ann", "phone").memories
    assert embed(con, settings, model=model).embedded == 0  # the way back costs nothing


@pytest.mark.usefixtures("cache")
def test_no_models_vector_outlives_its_text(con, settings: Settings, model, other_model: Path):
    embed(con, settings, model=model)
    embed(con, settings.model_copy(update={"embedding_model": str(other_model)}))
    con.execute("delete from lake.memory.documents where memory_id = 'mem_1'")
    assert prune_vectors(con, settings) == 2
    assert [store.hashes().num_rows for store in VectorStore.every(settings.vectors_dir)] == [4, 4]


def test_altered_weights_of_the_packaged_model_are_refused(monkeypatch: pytest.MonkeyPatch, other_model: Path):
    identify.cache_clear()
    monkeypatch.setattr(model_module, "_location", lambda _: other_model)
    with pytest.raises(ModelError, match="reinstall"):
        identify(PACKAGED_MODEL)
    identify.cache_clear()


def test_a_folder_without_weights_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="no weights"):
        identify(str(tmp_path))


def test_batches_hold_every_text_and_bound_their_size():
    lengths = [3, 700, 17, 16, 1, 256, 0]
    found = list(batches(lengths, 2048))
    assert sorted(row for rows, _ in found for row in rows) == list(range(len(lengths)))
    for rows, padded in found:
        assert len(rows) == 1 or len(rows) * padded <= 2048
        assert all(lengths[row] <= padded for row in rows)


@pytest.mark.parametrize(
    ("flags", "chosen"),
    [
        ("avx512_bf16 avx512_vnni amx_bf16", "bfloat16"),
        ("avx512_bf16 avx512_vnni", "int8"),  # bfloat16 without a matrix unit is no faster
        ("avx2 avx_vnni", "int8"),
        ("avx2", "float32"),
    ],
)
def test_the_precision_is_the_fastest_of_the_processor(monkeypatch, tmp_path: Path, flags: str, chosen: str):
    monkeypatch.setattr(precision, "GPU_DEVICES", ())
    monkeypatch.setattr(precision, "CPUINFO", tmp_path / "cpuinfo")
    assert precision.fastest_precision() == "float32"  # a system that does not tell
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: fpu {flags}\n")
    assert precision.fastest_precision() == chosen


@pytest.mark.parametrize("fast", ["bfloat16", "int8"])
def test_vectors_are_those_of_the_exact_model(fast: Precision):
    texts = ["Call me instead.", "中文 عربى 🙂", "word " * 900, "", "Invoices go to Ann."]
    exact = load_model(precision="float32").encode(texts)
    vectors = load_model(precision=fast).encode(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert ((exact * vectors).sum(axis=1) > 0.99).all()
    alone = np.concatenate([load_model(precision=fast).encode([text]) for text in texts])
    assert ((alone * vectors).sum(axis=1) > 0.99).all()  # a batch changes no text's meaning


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder as this user's cache of compiled models."""
    monkeypatch.setattr(compiled, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "memhouse" / "models"


def test_a_model_is_compiled_once(cache: Path, other_model: Path, monkeypatch: pytest.MonkeyPatch):
    first = EmbeddingModel(str(other_model), "int8")
    assert [path.name.startswith(first.id.key) for path in cache.iterdir()] == [True]
    monkeypatch.setattr(compiled, "compile_network", lambda *_: pytest.fail("compiled again"))
    again = EmbeddingModel(str(other_model), "int8")
    assert np.allclose(first.encode(["Call me."]), again.encode(["Call me."]), atol=1e-3)


def test_a_model_that_is_inexact_compiled_runs_as_published(
    cache: Path, other_model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(compiled, "LEAST_COSINE", 1.1)
    monkeypatch.setattr(model_module, "fastest_precision", lambda: "int8")
    with pytest.raises(ModelError, match="cosine of"):
        EmbeddingModel(str(other_model), "int8")
    assert EmbeddingModel(str(other_model)).precision == "float32"
    assert "runs in float32, as published: its vectors come to a cosine of" in caplog.text
    assert list(cache.iterdir())  # remembered, so that nothing is compiled in vain again


def test_a_model_that_cannot_be_compiled_runs_as_published(cache: Path, other_model: Path, monkeypatch, caplog):
    def refuse(*_: object) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr(compiled, "_traced", refuse)
    monkeypatch.setattr(model_module, "fastest_precision", lambda: "int8")
    found = EmbeddingModel(str(other_model))
    assert found.precision == "float32"
    assert found.encode(["Call me."]).shape == (1, 32)
    assert "RuntimeError: no such operation" in caplog.text


def test_a_cache_that_cannot_be_written_costs_only_time(cache: Path, other_model: Path, caplog):
    cache.parent.parent.mkdir(parents=True, exist_ok=True)
    cache.parent.write_text("a file in its place")
    assert EmbeddingModel(str(other_model), "int8").precision == "int8"
    assert "not kept for the next time" in caplog.text


def test_a_damaged_kept_model_says_what_to_do(cache: Path, other_model: Path):
    EmbeddingModel(str(other_model), "int8")
    (network,) = cache.glob("*/network.xml")
    network.write_text("<net")
    with pytest.raises(compiled.DamagedModelError, match=f"{network.parent.name}.*remove the folder"):
        EmbeddingModel(str(other_model), "int8")


def test_the_first_batches_may_come_at_once():
    """OpenVINO's first array hung in a third of runs when two threads met there while Python switched between them."""
    load_model(precision="int8")
    code = """
import sys
sys.setswitchinterval(1e-6)
from memory.embedding.model import load_model
print(load_model(precision="int8").encode([f"Call me at {n}." * 40 for n in range(40)]).shape)
"""
    for _ in range(6):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
        assert done.stdout.strip() == "(40, 384)"


def test_a_compiled_model_needs_no_torch_and_tells_nobody():
    load_model(precision="int8")  # compiled, if it was not
    code = """
import sys
from memory.embedding.model import load_model
assert load_model(precision="int8").encode(["Call me."]).shape == (1, 384)
print(sorted({"torch", "sentence_transformers", "transformers"} & set(sys.modules)), sys.modules["openvino_telemetry"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] None"
