#!/bin/sh
# What a hook calls in the image: killall -SIGNAL <name>. Machines seldom have it.
found=1
for process in /proc/[0-9]*; do
    if [ "$(cat "$process/comm" 2>/dev/null)" = "$2" ]; then
        kill "$1" "${process#/proc/}" && found=0
    fi
done
exit "$found"
