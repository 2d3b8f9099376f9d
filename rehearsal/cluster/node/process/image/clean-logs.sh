#!/bin/bash
# Stands in for the program of Airflow's image that deletes old logs.
set -eu
while true; do
    find "$AIRFLOW_HOME/logs" -type f -mtime "+$AIRFLOW__LOG_RETENTION_DAYS" -name '*.log' -delete
    find "$AIRFLOW_HOME/logs" -mindepth 1 -type d -empty -delete
    sleep "$((AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES * 60))" &
    # A shell that waits in the foreground hears no signal.
    wait $!
done
