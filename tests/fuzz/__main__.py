"""A long run of atheris, which follows the branches that inputs take, over every decoder (`make fuzz`).

python -m tests.fuzz [SECONDS [TARGET ...]]     60 s for each target unless it is given

An input that breaks one is written to crash-… in the working folder, and the exit status is 1.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from footfall.wire import codec
from tests.fuzz.targets import TARGETS

VECTORS = Path(__file__).parents[1] / "vectors"
MISSING = (
    "atheris is not here; it has wheels for some versions of Python on Linux alone:\n"
    "    python -m pip install --only-binary :all: atheris\n"
    "Without it, `pytest tests/fuzz tests/wire tests/log` tries the same decoders by hypothesis.\n"
)


def seeds(target: str) -> list[bytes]:
    """Return inputs to begin with: the golden chunks, or their facts."""
    chunks = [path.read_bytes() for path in sorted(VECTORS.glob("*.chunk"))]
    if target != "facts":
        return chunks
    parts = []
    for one in chunks:
        header = codec.decode_chunk(one)
        parts.append(codec.inflate(header.facts, header.facts_encoding, 1_000_000))
    return parts


def main(arguments: list[str]) -> int:
    try:
        import atheris  # noqa: F401 # it is looked for before anything begins
    except ImportError:
        sys.stderr.write(MISSING)
        return 1
    seconds, *chosen = arguments or ["60"]
    failed = []
    for target in chosen or TARGETS:
        with tempfile.TemporaryDirectory() as corpus:
            for number, seed in enumerate(seeds(target)):
                (Path(corpus) / str(number)).write_bytes(seed)
            command = [sys.executable, "-m", "tests.fuzz.one", target, seconds, corpus]
            done = subprocess.run(command, stderr=subprocess.STDOUT, check=False)
        print(f"{target}: {'sound' if done.returncode == 0 else 'BROKEN'}", flush=True)
        failed += [target] if done.returncode else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
