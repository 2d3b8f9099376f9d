"""A delivery that fails at its first try and succeeds at its second, as one to a supplier who was not ready."""

import logging
import time
from datetime import timedelta

from airflow.sdk import Param, Variable, dag, get_current_context, task

log = logging.getLogger(__name__)

HOLD = Param(None, type=["null", "string"], description="The first try lasts until this Variable is there.")


@dag(schedule=None, catchup=False, doc_md=__doc__, params={"hold": HOLD})
def flaky():
    @task(retries=1, retry_delay=timedelta(seconds=2))
    def deliver() -> str:
        context = get_current_context()
        attempt, hold = context["ti"].try_number, context["params"]["hold"]
        log.info("try %s: knocking at the supplier's door", attempt)
        if attempt > 1:
            return "delivered"
        while hold and Variable.get(hold, default=None) is None:
            time.sleep(1)
        raise ConnectionError("the supplier is not ready")

    deliver()


flaky()
