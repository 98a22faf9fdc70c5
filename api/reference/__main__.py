"""``python -m api.reference``: writes the reference pages anew."""

import sys
from pathlib import Path

from api.reference.pages import PAGES

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")
for name, page in PAGES.items():
    (folder / name).write_text(page())
