#!/usr/bin/env bash
# A small cluster on this machine, to see a failover before there is one: two PostgreSQL (the second a synchronous standby), three bots,
# and haproxy in front where it is installed. It serves nobody: no passwords, one disk. For a city: docs/operating.md.
#
#   deploy/cluster/cluster.sh FOLDER up           everything; FOLDER is made
#   deploy/cluster/cluster.sh FOLDER postgresql   only the two databases
#   deploy/cluster/cluster.sh FOLDER kill         the primary dies as with its machine (SIGKILL)
#   deploy/cluster/cluster.sh FOLDER promote      the standby becomes the primary
#   deploy/cluster/cluster.sh FOLDER url          the bots' address of the store
#   deploy/cluster/cluster.sh FOLDER down         stop all and remove FOLDER
#
# PORT (6500) and the fourteen above it are used. Debian: apt install postgresql haproxy
set -euo pipefail
folder=$(realpath -m "${1:?FOLDER}") what=${2:?up, postgresql, kill, promote, url or down}
port=${PORT:-6500}
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
# libpq asks each host in turn and stays with the one that takes writes: nothing has to be told which is the primary.
url="postgresql+psycopg://postgres@/postgres?host=127.0.0.1,127.0.0.1&port=$port,$((port + 1))&target_session_attrs=read-write"

pg() { # PostgreSQL refuses to run as root
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$bin/$1" "${@:2}"); else "$bin/$1" "${@:2}"; fi
}

say() { psql -h 127.0.0.1 -p "$1" -U postgres -qtAXc "$2"; }

start() { # NAME PORT STANDBYS
  cat >>"$folder/$1/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $2
unix_socket_directories = ''
cluster_name = '$1'
synchronous_standby_names = '$3'
END
  pg pg_ctl -D "$folder/$1" -l "$folder/$1.log" -w -s start
}

postgresql() {
  mkdir -p "$folder"
  chmod 755 "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  pg initdb -D "$folder/one" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log"
  start one "$port" ""
  pg pg_basebackup -h 127.0.0.1 -p "$port" -U postgres -D "$folder/two" -R -c fast --no-sync
  # A promoted standby waits for nobody: `motherpost check` says what that can cost until there is a standby again.
  start two $((port + 1)) ""
  # From here on a commit is told to the bot only when both have it.
  say "$port" "ALTER SYSTEM SET synchronous_standby_names = 'two'" && say "$port" "SELECT pg_reload_conf()" >/dev/null
  for _ in $(seq 100); do
    [ "$(say "$port" "SELECT sync_state FROM pg_stat_replication")" != sync ] || return 0
    sleep 0.1
  done
  echo "the standby does not follow: $folder/two.log" >&2
  exit 1
}

bots() {
  cd "$root"
  python=$root/.venv/bin/python
  "$python" -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())" >"$folder/keys"
  chmod 600 "$folder/keys"
  export MOTHERPOST_DATABASE=$url MOTHERPOST_KEYS
  MOTHERPOST_KEYS=$(cat "$folder/keys")
  "$python" -m bot.cli migrate
  for n in 1 2 3; do
    printf 'data: %s/data%s\nweb: {public_url: "http://127.0.0.1:%s"}\n' "$folder" "$n" $((port + 10)) >"$folder/bot$n.yaml"
    "$python" -m bot.cli run --config "$folder/bot$n.yaml" --port $((port + 10 + n)) >"$folder/bot$n.log" 2>&1 &
    echo $! >>"$folder/pids"
  done
  for n in 1 2 3; do
    until grep -q '^ready ' "$folder/bot$n.log"; do
      kill -0 $(cat "$folder/pids") || { tail "$folder/bot$n.log" >&2 && exit 1; }
      sleep 0.2
    done
  done
  if command -v haproxy >/dev/null; then
    # The same configuration as a city's, without TLS and a user of its own, and smaller.
    sed -e "s/bind :443 ssl.*/bind 127.0.0.1:$((port + 10))/; s/maxconn .*/maxconn 1000/" -e '/^    \(user\|group\) /d' -e '/^frontend plain/,/^$/d' \
      "$root/deploy/haproxy.cfg" >"$folder/haproxy.cfg"
    export BOT1=127.0.0.1:$((port + 11)) BOT2=127.0.0.1:$((port + 12)) BOT3=127.0.0.1:$((port + 13))
    export DESK1=$BOT1 DESK2=$BOT2
    haproxy -f "$folder/haproxy.cfg" >"$folder/haproxy.log" 2>&1 &
    echo $! >>"$folder/pids"
    echo "http://127.0.0.1:$((port + 10))"
  else
    echo "haproxy is not installed: http://127.0.0.1:$((port + 11)) and the two above it"
  fi
}

# What has to be true of a dead machine: not only the postmaster is gone.
gone() { local pid && pid=$(head -n 1 "$folder/$1/postmaster.pid") && kill -9 "$pid" $(pgrep -P "$pid"); }

case $what in
  up) postgresql && bots ;;
  postgresql) postgresql ;;
  kill) gone one ;;
  promote) pg pg_ctl -D "$folder/two" -w -s promote ;;
  url) echo "$url" ;;
  down)
    [ ! -e "$folder/pids" ] || kill $(cat "$folder/pids") 2>/dev/null || true
    for one in two one; do pg pg_ctl -D "$folder/$one" -m immediate -s stop 2>/dev/null || true; done
    rm -rf "$folder"
    ;;
  *) echo "$what?" >&2 && exit 2 ;;
esac
