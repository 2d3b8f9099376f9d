"""Asks for a variable while it is read."""

from airflow.sdk import DAG, Variable

with DAG(Variable.get("name"), schedule=None):
    pass
