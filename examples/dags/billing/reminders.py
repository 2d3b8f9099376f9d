"""A reminder for each invoice that nobody paid, by team billing, whose tasks nobody of another team sees."""

from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, doc_md=__doc__)
def reminders():
    @task
    def unpaid() -> list[str]:
        return ["2026-031", "2026-044"]

    @task
    def remind(invoice: str) -> str:
        return f"please pay invoice {invoice}"

    @task
    def count(letters: list[str]) -> int:
        return len(letters)

    count(remind.expand(invoice=unpaid()))


reminders()
