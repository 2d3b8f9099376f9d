"""What team analytics has, with a row in most of the tables that a DAG processor writes."""

from datetime import datetime

from airflow.sdk import DAG, Asset, AssetAlias, task

parcels = Asset("s3://parcels/counted")

with DAG(
    "report",
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    tags=["daily", "parcels"],
    default_args={"owner": "ann"},
    owner_links={"ann": "https://people.example.com/ann"},
):

    @task(task_id="read", outlets=[parcels, AssetAlias("counts")], pool="not-there")
    def read() -> None:
        print("about parcels")

    read()

with DAG("hears", schedule=[parcels, AssetAlias("counts")], start_date=datetime(2026, 1, 1)):

    @task(inlets=[parcels])
    def hear() -> None:
        print("heard")

    hear()
