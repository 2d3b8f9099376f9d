#!/bin/bash
# Stands in for the entry point of Airflow's image: bash and python run as they are, all else is a command of Airflow.
case "$1" in
    bash | python | airflow) exec "$@" ;;
    *) exec airflow "$@" ;;
esac
