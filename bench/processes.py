"""Processor time of servers, read from /proc."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    # "pid (name) state parent …": the name may hold spaces and brackets.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(_stat(int(folder.name))[1]) == pid:
                found.append(int(folder.name))
        except OSError:  # ended while we looked
            continue
    return found


def seconds(pid: int) -> float:
    """Processor seconds, of the user and the system, of `pid` and its children, ended ones too."""
    # utime, stime, and those of children that were waited for: fields 14 to 17.
    total = sum(int(value) for value in _stat(pid)[11:15])
    for child in children(pid):
        try:
            total += sum(int(value) for value in _stat(child)[11:13])
        except OSError:
            continue
    return total / TICK


def parent(pid: int) -> int:
    """The parent of `pid`."""
    return int(_stat(pid)[1])
