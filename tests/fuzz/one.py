"""Fuzzes one target in a process of its own, which atheris ends: python -m tests.fuzz.one TARGET SECONDS CORPUS."""

import sys

import atheris

with atheris.instrument_imports(include=["footfall"]):
    from tests.fuzz.targets import TARGETS


def main(target: str, seconds: str, corpus: str) -> None:
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=5", "-rss_limit_mb=1024"]
    atheris.Setup([sys.argv[0], *options, corpus], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:4])
