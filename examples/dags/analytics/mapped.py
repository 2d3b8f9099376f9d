"""One task for each of some parcels, which are known only when the DAG runs, and one for all of their weights."""

from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def mapped():
    @task
    def parcels() -> list[int]:
        return [2, 3, 5]

    @task
    def weigh(parcel: int) -> int:
        return parcel * parcel

    @task
    def load(weights: list[int]) -> int:
        return sum(weights)

    load(weigh.expand(parcel=parcels()))


mapped()
