"""Two pods that tasks make: one by KubernetesPodOperator, one by @task.kubernetes.

Both run where the tasks themselves run, as the same account and in the mesh, but without a token for Kubernetes. What they
do not say is filled in: namespace, account, labels, and the platform's own image. It needs `launchPods: true`, of the team or
of a stack without teams; elsewhere each task fails at once and says so.

A pod's result cannot be read from inside it, because nobody enters pods here: write it where the next task can read it.
"""

from __future__ import annotations

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag, task


@dag(schedule=None, catchup=False, tags=["example"], doc_md=__doc__)
def launched() -> None:
    count = KubernetesPodOperator(
        task_id="count",
        name="count",
        cmds=["python", "-c"],
        arguments=["import os; print('counted', len(os.sched_getaffinity(0)), 'processors')"],
        # The example is short: a pod that has not started within two minutes will not.
        startup_timeout_seconds=120,
    )

    @task.kubernetes(name="weigh")
    def weigh(parcels: int) -> None:
        print("weighed", parcels, "parcels")

    count >> weigh(3)


launched()
