#!/bin/sh
# The name by which the pod calls its program.
exec node /opt/rehearsal/pgbouncer.mts "$@"
