"""
Ends well if the Fernet keys in its environment can read all that Airflow has encrypted. Changes nothing.

It looks into the tables that `airflow rotate-fernet-key` rewrites, by SQL: Airflow's own models take what they cannot
read for empty, and say so only in a log.
"""

import os
import sys

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import create_engine, text

ENCRYPTED = """
    SELECT 'connection ' || conn_id, password FROM connection WHERE is_encrypted AND password <> ''
    UNION ALL SELECT 'connection ' || conn_id, extra FROM connection WHERE is_extra_encrypted AND extra <> ''
    UNION ALL SELECT 'variable ' || key, val FROM variable WHERE is_encrypted AND val <> ''
    UNION ALL SELECT 'trigger ' || id, kwargs FROM trigger WHERE kwargs <> ''
"""

keys = MultiFernet([Fernet(key) for key in os.environ["AIRFLOW__CORE__FERNET_KEY"].split(",")])
generations = os.environ["GENERATIONS"]


def readable(value: str) -> bool:
    try:
        keys.decrypt(value)
    except InvalidToken:
        return False
    return True


with create_engine(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]).connect() as connection:
    rows = connection.execute(text(ENCRYPTED)).all()

unreadable = sorted({name for name, value in rows if not readable(value)})
if unreadable:
    sys.exit(
        f"Fernet keys of generations {generations} cannot read {', '.join(unreadable)}. Put the generation that was "
        "taken out back into airflow.keys.fernet.generations, deploy, and take it out again once the rotation has ended."
    )
print(f"Fernet keys of generations {generations} read all {len(rows)} encrypted values")
