"""A task that would make a pod, of a team that makes none."""

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag


@dag(schedule=None, catchup=False, doc_md=__doc__)
def forbidden():
    KubernetesPodOperator(task_id="launch", name="launch", cmds=["true"], retries=0)


forbidden()
