"""Tries each attack on Airflow's database with a login of a team's, without what refuses it where it says how.

Reads a list of attacks as JSON from its input and writes, in the same order, what became of each: how many rows it changed
or read, or the server's refusal. Nothing that an attack does stays: each is rolled back.
"""

import json
import sys

import psycopg2


def attempt(url, statements):
    """The rows that the last statement changed or read; what the server said when it refused."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.rowcount
    except psycopg2.Error as refusal:
        return str(refusal).splitlines()[0]
    finally:
        connection.rollback()
        connection.close()


def main():
    owner = psycopg2.connect(sys.argv[1])
    owner.autocommit = True
    change = owner.cursor()
    results = []
    for attack in json.load(sys.stdin):
        for statement in attack["without"]:
            change.execute(statement)
        try:
            results.append(attempt(attack["url"], attack["statements"]))
        finally:
            for statement in attack["again"]:
                change.execute(statement)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
