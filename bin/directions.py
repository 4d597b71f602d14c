"""The import directions of pyproject.toml, judged by import-linter."""

import sys

from importlinter.cli import lint_imports

from bin.environment import ROOT

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(lint_imports(no_cache=True))
