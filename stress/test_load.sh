#!/bin/sh
# thor's crowd on a gateway, and clients that verify what it delivers meanwhile. `-h` teaches; docs/load_test.md says more.
set -eu

connections=10000
messages=1
server=localhost:8000
facility=rodan
# Longer than a TCP that tries again may pause (16 s) and than Node waits for an answer to its close frame (30 s); short
# enough for a verdict within a minute.
patience=32

usage() {
    cat <<'USAGE'
usage: test_load.sh [-a CONNECTIONS] [-n MESSAGES] [-s SERVER] [-f FACILITY] [-w SECONDS]

Opens many WebSocket connections to SERVER/ws/ with thor, sends messages on each, and verifies meanwhile that changed
rows reach clients once and in order.

  -a CONNECTIONS  how many connections (default: 10000)
  -n MESSAGES     how many messages to send on each (default: 1)
  -s SERVER       host, host:port, or a ws://, wss://, http:// or https:// URL (default: localhost:8000)
  -f FACILITY     what the verifying clients follow (default: rodan)
  -w SECONDS      give up when nothing has moved for so long (default: 32)
  -h              this text

Results are kept in stress/test_log/. Exit status 0: every client connected, every one was answered, no error, and
every change arrived; 1: not so, and why; 2: wrong options; 130: interrupted.
While `make run` is up in this checkout, or where DATABASE_URL names the server's database, the test changes rows itself
(projects of its own, which it removes); else something must change rows while it runs, such as `manage.py simulate`.
USAGE
}

refuse() {
    echo "test_load.sh: $1" >&2
    echo "Try: stress/test_load.sh -h" >&2
    exit 2
}

while getopts :a:n:s:f:w:h option; do
    case $option in
        a) connections=$OPTARG ;;
        n) messages=$OPTARG ;;
        s) server=$OPTARG ;;
        f) facility=$OPTARG ;;
        w) patience=$OPTARG ;;
        h) usage; exit 0 ;;
        :) refuse "-$OPTARG needs a value" ;;
        *) refuse "there is no option -$OPTARG" ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || refuse "'$1' is no option"

require_number() {
    case $2 in '' | *[!0-9]* | 0* | ?????????*) refuse "$1 $2: a whole number above zero is expected" ;; esac
}
require_number -a "$connections"
require_number -n "$messages"
require_number -w "$patience"
[ -n "$server" ] || refuse "-s needs a server"
[ -n "$facility" ] || refuse "-f needs a facility"

checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python=$checkout/.venv/bin/python
if [ ! -x "$python" ]; then
    echo "test_load.sh: there is no $python; make it: make -C $checkout .venv/run" >&2
    exit 1
fi
PYTHONPATH=$checkout exec "$python" -P -m stress.load \
    "--connections=$connections" "--messages=$messages" "--server=$server" "--facility=$facility" "--patience=$patience"
