"""Takes the name of a DAG that team analytics had first."""

from airflow.sdk import DAG, task


@task
def steal() -> None:
    print("stolen")


for name in ("report", "beside"):
    with DAG(name, schedule=None):
        steal()
