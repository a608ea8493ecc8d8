"""Published vectors for Merkle proofs give the expected verdict, every one of them.

Source: transparency-dev/merkle, `testdata` (Apache-2.0), one JSON object a line; a `proof` of null is an empty proof.
The file is not part of the project: the environment variable CASUSKRING_VECTORS names the folder that holds it.
"""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from audit.errors import InvalidProof
from audit.tree import (
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
    verify_subtree_inclusion,
)

FILE = "merkle_vectors.ndjson"


def _vectors() -> list[dict[str, Any]]:
    folder = os.environ.get("CASUSKRING_VECTORS")
    if not folder:
        pytest.skip("CASUSKRING_VECTORS does not name a folder with merkle_vectors.ndjson")
    lines = (Path(folder) / FILE).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _is_accepted(vector: dict[str, Any]) -> bool:
    proof = [_decode(item) for item in vector["proof"] or []]
    subtree = vector.get("start", 0), vector.get("end", 0)
    try:
        match vector["case"].split("/")[0]:
            case "inclusion":
                leaf, root = _decode(vector["leafHash"]), _decode(vector["root"])
                verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, root)
            case "subtreeinclusion":
                leaf, root = _decode(vector["leafHash"]), _decode(vector["root"])
                verify_subtree_inclusion(leaf, vector["leafIdx"], subtree, proof, root)
            case "consistency":
                roots = _decode(vector["root1"]), _decode(vector["root2"])
                verify_consistency(vector["size1"], vector["size2"], proof, *roots)
            case "subtreeconsistency":
                roots = _decode(vector["root1"]), _decode(vector["root2"])
                verify_subtree_consistency(subtree, vector["size"], proof, *roots)
            case other:
                pytest.fail(f"a kind of vector that this test does not know: {other}")
    except InvalidProof:
        return False
    return True


@pytest.mark.vectors
def test_every_vector_gives_the_expected_verdict() -> None:
    vectors = _vectors()
    wrong = [vector["case"] for vector in vectors if _is_accepted(vector) is vector["wantErr"]]
    assert wrong == []
    kinds = Counter((vector["case"].split("/")[0], vector["wantErr"]) for vector in vectors)
    assert len(kinds) == 8, "each of the four kinds has vectors to accept and vectors to refuse"
