#!/usr/bin/env bash
# A private PostgreSQL server, on a free port of the loopback interface, for one test run.
#
#   ./postgres.sh FOLDER [--fsync on|off]     FOLDER is made, and removed when the server stops
#   ./postgres.sh --bin                       prints where PostgreSQL's programs are
#
# Prints one line `{"url": "postgres://rollcall@127.0.0.1:PORT/rollcall", "port": PORT}` when it accepts connections.
# Stops on SIGTERM, SIGINT, or when its standard input closes. Started by root, it runs as the user `postgres` or `nobody`.
set -euo pipefail

bin_folder() {
    local folder
    for folder in "$(pg_config --bindir 2>/dev/null || true)" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            echo "$folder"
            return
        fi
    done
    echo "postgres: no server found: run \`sudo apt-get install -y postgresql\`" >&2
    return 1
}

bin=$(bin_folder)
if [ "$1" = --bin ]; then
    echo "$bin"
    exit
fi
folder=$1
fsync=off
[ "${2:-}" != --fsync ] || fsync=$3

# PostgreSQL refuses to run as root.
as=()
mkdir -p "$folder"
if [ "$(id -u)" = 0 ]; then
    user=$(id -un postgres 2>/dev/null || echo nobody)
    chown "$user" "$folder"
    as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME="$folder")
fi

server=
stop() {
    trap - EXIT
    [ -z "$server" ] || { kill -INT "$server" 2>/dev/null && wait "$server" || true; }
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 0' TERM INT

"${as[@]}" "$bin/initdb" -D "$folder/data" -U rollcall --auth trust --encoding UTF8 --locale C --no-sync >"$folder.log" 2>&1 ||
    { cat "$folder.log" >&2; exit 1; }
mv "$folder.log" "$folder/initdb.log"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${as[@]}" "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c fsync="$fsync" -c max_connections=200 -c log_min_messages=fatal >"$folder/server.log" 2>&1 </dev/null &
server=$!
until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/server.log" >&2; exit 1; }
    sleep 0.05
done
"$bin/createdb" -h 127.0.0.1 -p "$port" -U rollcall rollcall
printf '{"url": "postgres://rollcall@127.0.0.1:%s/rollcall", "port": %s}\n' "$port" "$port"

# The end of standard input ends the server, even when this script itself was killed.
(
    trap - EXIT
    cat >/dev/null
    kill -TERM $$ 2>/dev/null && exit
    kill -INT "$server" 2>/dev/null
    rm -rf "$folder"
) <&0 &
wait "$server"
