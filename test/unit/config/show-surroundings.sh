#!/bin/sh
# Says what the exec wrappers have made of this process, in one line.
pid=no
[ "$LISTEN_PID" = "$$" ] && pid=yes
echo "nice $(nice) files $(ulimit -n) umask $(umask) listen-pid $pid"
