"""Two tasks, each in a pod of its own, that pass a value."""

from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def values():
    @task
    def give() -> int:
        return 21

    @task
    def double(number: int) -> int:
        return 2 * number

    double(give())


values()
