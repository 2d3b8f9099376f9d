"""Read by the FAB auth manager, which takes the names in capitals. All else is in the package beside the settings."""

import os
import sys
from pathlib import Path

FOLDER = Path(os.environ.get("LOGIN_FOLDER", "/etc/airflow-login"))
sys.path.append(str(FOLDER / "python"))

from airflow_login.configuration import configuration  # noqa: E402
from airflow_login.settings import read_settings  # noqa: E402

globals().update(configuration([read_settings(FOLDER)]))
