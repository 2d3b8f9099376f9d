"""A team's DAG processor: Airflow's own, which tells authors what it could not do for them, and why.

It adds nothing to what the processor may do. Its login to the database holds it to the team's bundle, and whoever writes
the team's DAGs can do whatever this program can.

    team_dag_processor.py <arguments of `airflow dag-processor`>
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow.cli.commands import dag_processor_command
from airflow.dag_processing.manager import DagFileProcessorManager
from sqlalchemy import func, select

if TYPE_CHECKING:
    from collections.abc import Collection

    from airflow.dag_processing.processor import DagFileParsingResult
    from sqlalchemy.orm import Session

# What a DAG file raises that asks for one of them at its top level, where only the team's own secrets could answer.
NOT_FOUND = ("VARIABLE_NOT_FOUND", "CONNECTION_NOT_FOUND")

NOT_WHILE_PARSED = (
    "\nA DAG file is read without access to Airflow's database of variables and connections, so that no team's file can "
    "read another's. Ask for it within a task, or in a template, where the team's own are. At the top of a file only what "
    "the platform gives the DAG processor can be read."
)


class TeamDagFileProcessorManager(DagFileProcessorManager):
    def persist_parsing_result(
        self,
        *,
        bundle_name: str,
        parsing_result: DagFileParsingResult,
        relative_fileloc: str | None,
        session: Session,
        **rest: Any,
    ) -> None:
        errors = dict(parsing_result.import_errors or {})
        for file, error in errors.items():
            if any(reason in error for reason in NOT_FOUND):
                errors[file] = error + NOT_WHILE_PARSED
        # One DAG whose name another team has would else end the whole processor.
        taken = _taken([dag.dag_id for dag in parsing_result.serialized_dags], session)
        if taken:
            for dag in parsing_result.serialized_dags:
                if dag.dag_id in taken:
                    errors[dag.relative_fileloc or relative_fileloc or dag.fileloc] = _is_taken(taken)
            parsing_result.serialized_dags = [dag for dag in parsing_result.serialized_dags if dag.dag_id not in taken]
        parsing_result.import_errors = errors
        super().persist_parsing_result(
            bundle_name=bundle_name,
            parsing_result=parsing_result,
            relative_fileloc=relative_fileloc,
            session=session,
            **rest,
        )


def _taken(names: Collection[str], session: Session) -> set[str]:
    if not names:
        return set()
    return set(session.scalars(select(func.airflow_linkerd_taken(list(names)))))


def _is_taken(names: Collection[str]) -> str:
    listed = ", ".join(sorted(names))
    return (
        f"The dag_id {listed} belongs to another team, which was the first to use it, so this file is "
        "not loaded. Give the DAG another dag_id, such as one that begins with the team's name."
    )


def main() -> None:
    from airflow.__main__ import main as airflow

    dag_processor_command.DagFileProcessorManager = TeamDagFileProcessorManager
    sys.argv = ["airflow", "dag-processor", *sys.argv[1:]]
    airflow()


if __name__ == "__main__":
    main()
