"""Write domain/reading/weights/word_vectors.npz: word vectors in word2vec's binary form, turned to the directions that tell most, a byte a number.

The committed file comes from the 125,796 vectors of Chinese Wikipedia in the package synonyms 3.10.2 (MIT licence); `make train` does not need them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy

from domain.answers.vectors import FILE
from train import word_classes

WORDS = 30_000  # the most frequent, as the file orders them
WIDTH = 64
LARGEST = 127


def main() -> None:
    """Write the words and their vectors of length 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors", type=Path, help="vectors in word2vec's binary form")
    words, vectors = word_classes.load(parser.parse_args().vectors)
    words, vectors = words[:WORDS], vectors[:WORDS].astype(numpy.float64)
    centred = vectors - vectors.mean(0)
    _, directions = numpy.linalg.eigh(centred.T @ centred)
    turned = vectors @ directions[:, ::-1][:, :WIDTH]
    turned /= numpy.linalg.norm(turned, axis=1, keepdims=True)
    scale = numpy.abs(turned).max() / LARGEST
    numpy.savez_compressed(FILE, words=numpy.array("\n".join(words)), vectors=numpy.round(turned / scale).astype(numpy.int8))
    print(f"{len(words)} words, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
