"""The tools of the set-up: what they promise to the demo, the tests and whoever runs production."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bin import check, demo, product, translations
from bin.environment import LOCKS, ROOT, CannotSetUp
from bin.product import PRODUCTION, Product, Running, end_leftovers
from bin.services import free_port


def sleeper(folder: Path, name: str, seconds: int = 60) -> "subprocess.Popen[bytes]":
    """A process in a group of its own that looks like one of the project's."""
    code = f"import time, pathlib; pathlib.Path({str(folder / name)!r}).touch(); time.sleep({seconds})  # {ROOT}"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    wait_for(folder / name)
    return process


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 10
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.02)


@pytest.mark.parametrize("kind", ["app", "dev"])
def test_locks_pin_every_package_with_hashes(kind: str) -> None:
    lines = [line for line in LOCKS[kind].read_text().splitlines() if not line.startswith("#")]
    packages = [line for line in lines if not line.startswith(" ")]
    assert packages
    assert [line for line in packages if not re.match(r"[a-z0-9.-]+==\S+( ; .+)? \\$", line)] == []
    assert all(line.strip().startswith("--hash=sha256:") for line in lines if line.startswith(" "))


def test_the_larger_lock_agrees_with_the_smaller_one() -> None:
    app, dev = (re.findall(r"^\S+==\S+", LOCKS[kind].read_text(), re.MULTILINE) for kind in ("app", "dev"))
    assert set(app) <= set(dev)


def test_the_demo_never_uses_what_is_meant_for_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in PRODUCTION:
        monkeypatch.setenv(name, "postgres://production.example/real")
    environment = Product(Path(sys.executable), tmp_path, port=8123).environment
    assert [name for name in PRODUCTION if name in environment] == []
    assert environment["NSCL_DEMO"] == "1"
    assert environment["SITE_URL"] == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("lab.example", "http://lab.example:8000"),
    ],
)
def test_the_address_that_people_are_told(host: str, url: str) -> None:
    assert Product(Path(sys.executable), host=host).url == url


def test_a_used_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotSetUp, match=f"Port {port} at 127.0.0.1 cannot be used"):
            demo._refuse_used_port("127.0.0.1", port)
    demo._refuse_used_port("127.0.0.1", free_port())


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1"])
def test_a_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CannotSetUp, match="PORT is"):
        demo._address()


def test_a_second_demo_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with demo._only_one(tmp_path), pytest.raises(CannotSetUp, match="running already"):
        demo._only_one(tmp_path)
    demo._only_one(tmp_path).close()


def test_only_the_first_of_several_signals_interrupts() -> None:
    stop = demo.Stop()
    with pytest.raises(KeyboardInterrupt):
        stop(signal.SIGINT, None)
    stop(signal.SIGTERM, None)
    assert stop.asked


def test_what_a_killed_demo_left_behind_is_ended(tmp_path: Path) -> None:
    ours = sleeper(tmp_path, "ours")
    (tmp_path / "processes.json").write_text(f"[{ours.pid}]")
    end_leftovers(tmp_path)
    assert ours.wait(5) == -signal.SIGKILL
    assert not (tmp_path / "processes.json").exists()


def test_a_number_that_went_to_another_program_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "60"], start_new_session=True, cwd="/")
    try:
        (tmp_path / "processes.json").write_text(f"[{other.pid}, 4194999]")
        end_leftovers(tmp_path)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_process_that_will_not_end_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "PATIENCE", 0.3)
    # Ignores SIGTERM, and has a child that does so too.
    code = (
        "import os, pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); child = os.fork(); "
        f"pathlib.Path({str(tmp_path)!r}, 'child' if child else 'self').write_text(str(child or os.getpid())); "
        "time.sleep(60)"
    )
    running = Running(Product(Path(sys.executable), tmp_path))
    running.processes["web"] = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    for name in ("child", "self"):
        wait_for(tmp_path / name)
    running.stop()
    assert running.processes["web"].returncode == -signal.SIGKILL
    child = int((tmp_path / "self").read_text())
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and alive(child):
        time.sleep(0.02)
    assert not alive(child)


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_step_cut_short_is_done_again(tmp_path: Path) -> None:
    assert product._due(tmp_path, "tables", "a")
    product._done(tmp_path, "tables", "a")
    assert not product._due(tmp_path, "tables", "a")
    assert product._due(tmp_path, "tables", "b")


def test_translations_compile_for_gettext(tmp_path: Path) -> None:
    assert translations.compile_all() == 0
    catalogues = list(ROOT.glob("locale*/*/LC_MESSAGES/*.po"))
    assert catalogues
    assert [path for path in catalogues if not path.with_suffix(".mo").is_file()] == []


def test_every_setting_is_explained() -> None:
    read = set(re.findall(r"(?:env\.\w+|required|key_file)\(\s*\"([A-Z_]+)\"", (ROOT / "lms/settings.py").read_text()))
    internal = {"DEMO_SECRET_KEY", "NSCL_BUILDING", "NSCL_VAR"}
    explained = (ROOT / "docs/production.md").read_text()
    assert "DATABASE_URL" in read
    assert [name for name in sorted(read - internal) if f"`{name}" not in explained] == []


def test_the_sample_environment_names_every_needed_variable() -> None:
    needed = set(re.findall(r"(?:required|key_file)\(\"([A-Z_]+)\"", (ROOT / "lms/settings.py").read_text()))
    sample = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / "deploy/environment.example").read_text(), re.MULTILINE))
    assert needed - {"DEMO_SECRET_KEY"} <= sample


def test_an_old_python_is_refused_by_name() -> None:
    code = "import sys; sys.version_info = (3, 10, 1, 'final', 0); import bin"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "is 3.10" in done.stderr


def test_links_that_lead_to_no_file_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("[b](b.md#part) [c](c.md)\n\n[away](https://example.org/c.md) [part](#part)\n")
    (tmp_path / "b.md").write_text("[a](a.md)\n")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    assert list(check.docs()) == ["a.md:1: c.md is not there"]
