"""Several logins in one API server, where a stack has one. Each has its settings in a folder of its own."""

import os
import sys
from pathlib import Path

FOLDER = Path(os.environ["LOGIN_FOLDER"])
sys.path.append(str(FOLDER / "python"))

from airflow_login.configuration import configuration  # noqa: E402
from airflow_login.settings import read_settings  # noqa: E402

globals().update(configuration([read_settings(folder) for folder in sorted((FOLDER / "providers").iterdir())]))
