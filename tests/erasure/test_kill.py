"""kill -9 while a command erases: the next one finishes it, and what is kept is all there."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from footfall import cli
from footfall.log import Log
from tests.erasure.test_eraser import House, files_with
from tests.wire.chunks import ident

ROUNDS = int(os.environ.get("FOOTFALL_KILLS", "6"))


def test_erasing_survives_kill_9(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.projects.create("shop")
    for sequence in range(30):
        for number in range(ROUNDS):
            house.add(f"gone-{number}", f"wombat{number}", sequence=sequence)
        house.add("stays-1", "badger", sequence=sequence)
    house.close()
    for number in range(ROUNDS):
        session = ident(f"gone-{number}")
        command = [sys.executable, "-m", "footfall", "erase", "shop", "--session", session, "--yes"]
        with subprocess.Popen(
            [*command, "--storage", str(tmp_path)], stdout=subprocess.PIPE
        ) as one:
            assert one.stdout is not None
            one.stdout.readline()  # it has told what goes
            time.sleep(random.uniform(0, 0.15))
            one.kill()
        if number % 2:  # as a server would at its start: nobody asks again for it
            house = House(tmp_path)
            began = house.journal.is_erased("shop", session)
            while house.eraser.run_next():
                pass
            assert began == (house.index.session("shop", session) is None)
            house.close()
    for number in range(ROUNDS):
        arguments = ["erase", "shop", "--session", ident(f"gone-{number}"), "--yes"]
        assert cli.main([*arguments, "--storage", str(tmp_path)]) == 0
    assert cli.main(["retain", "--storage", str(tmp_path)]) == 1  # the clock is not trusted yet
    assert files_with(tmp_path, b"wombat") == []
    log = Log(tmp_path / "log")
    assert len(list(log.scan())) == 30
    log.close()
    assert cli.main(["doctor", "--storage", str(tmp_path)]) == 0
