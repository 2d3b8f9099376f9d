"""What reached a task of what its stack sets: variables, files, options, a connection and a variable."""

import os
from pathlib import Path

from airflow.configuration import conf
from airflow.sdk import Connection, Variable, dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def settings():
    @task
    def look() -> dict:
        warehouse = Connection.get("warehouse")
        Path("/mnt/scratch/file").write_text("written", encoding="utf-8")
        return {
            "variables": {name: os.environ.get(name) for name in ("REPORTS_ZONE", "ENDPOINT", "QUOTA_NAME")},
            "files": {
                path: Path(path).read_text(encoding="utf-8")
                for path in ("/etc/warehouse/ca.crt", "/etc/queries/one.sql")
            },
            "scratch": Path("/mnt/scratch/file").read_text(encoding="utf-8"),
            "options": [conf.get("email", "from_email"), conf.get("sentry", "sentry_dsn")],
            "connection": [warehouse.conn_type, warehouse.host, warehouse.password],
            "variable": Variable.get("greeting"),
        }

    look()


settings()
