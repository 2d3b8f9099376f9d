"""Prints what Airflow makes of a folder of DAGs: each with its tasks and its file, what went wrong, and what it warns of."""

import json
import sys

from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1], safe_mode=False, known_pools={"default_pool"})
dags = {
    name: {
        "tasks": sorted(task.task_id for task in dag.tasks),
        "file": dag.relative_fileloc.rsplit("/")[-1],
        "documented": bool(dag.doc_md),
    }
    for name, dag in bag.dags.items()
}
print(json.dumps({"dags": dags, "errors": bag.import_errors, "warnings": bag.captured_warnings}))
