#!/bin/bash
# Twelve gateways, each in a network namespace of its own, on one wire with a broker; all of them lose power at once.
# Prints for each: its class, the seconds from its start to its first SYN to the broker as tcpdump has seen it, and the
# seconds that its log announced.
#
# usage: unshare --net --mount --propagation private bash power-cut.sh KADOMORI DIRECTORY
#
# Nothing leads out of these namespaces, and all of them go with the last process in them.
set -euo pipefail
agent=$1
work=$2
[ "$(sed -n '3,$s/:.*//p' /proc/self/net/dev | tr -d ' ')" = lo ] || { echo "not in a namespace of its own"; exit 1; }
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
ip address add 192.0.2.1/24 dev br0

running=()
cleanup() {
  for gateway in $(seq 12); do ip netns pids "g$gateway" 2>/dev/null | xargs -r kill -9 || true; done
  for id in "${running[@]}"; do kill -9 "$id" 2>/dev/null || true; done
}
trap cleanup EXIT

printf 'user root\nlistener 1883 192.0.2.1\nallow_anonymous true\nlog_dest file %s\nlog_type all\n' \
  "$work/broker.log" >"$work/mosquitto.conf"
broker() {
  PATH=$PATH:/usr/sbin mosquitto -c "$work/mosquitto.conf" >/dev/null 2>&1 &
  running+=($!)
  broker=$!
  disown
}

class() { case $1 in 1 | 2) echo critical ;; 11 | 12) echo low ;; *) echo normal ;; esac; }

# A boot of a gateway: another boot_id, and where it says so no idea what time it is.
boot() {
  local gateway=$1 round=$2 clock=()
  [ "$round" = 1 ] || clock=(env DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f '@1970-01-01 00:00:10')
  printf '0000000%d-0000-4000-8000-%012d\n' "$round" "$gateway" >"$work/g$gateway/boot_id"
  date +%s.%N >"$work/g$gateway/started"
  # The namespace's own mounts: nobody else sees this boot_id.
  # shellcheck disable=SC2016
  ip netns exec "g$gateway" sh -c \
    'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"' sh "$work/g$gateway/boot_id" \
    "${clock[@]}" "$agent" run --config "$work/kadomori.yaml" --state "$work/g$gateway/state" \
    --runtime "$work/g$gateway/run" >"$work/g$gateway/log.$round" 2>&1 &
  running+=($!)
  # The shell has nothing to say of it when it is killed.
  disown
}

# Waits until so many sessions were begun at the broker.
sessions() {
  for _ in $(seq 1800); do
    [ "$(grep -c 'New client connected' "$work/broker.log" || true)" -lt "$1" ] || return 0
    sleep 0.1
  done
  echo "only $(grep -c 'New client connected' "$work/broker.log") of $1 sessions"
  tail -n 3 "$work"/g*/log.*
  return 1
}

echo 'broker: {host: 192.0.2.1}' >"$work/kadomori.yaml"
broker
for gateway in $(seq 12); do
  mkdir -p "$work/g$gateway/state"
  ip netns add "g$gateway"
  ip link add "v$gateway" type veth peer name wan netns "g$gateway"
  ip link set "v$gateway" master br0 up
  ip -n "g$gateway" link set lo up
  ip -n "g$gateway" address add "192.0.2.1$(printf %02d "$gateway")/24" dev wan
  ip -n "g$gateway" link set wan up
  printf '{"window_s": 40, "class": "%s"}' "$(class "$gateway")" >"$work/g$gateway/state/reconnect-policy.json"
  boot "$gateway" 1
done
sessions 12

# The power cut: everything at once, and nothing says goodbye.
for gateway in $(seq 12); do ip netns pids "g$gateway" | xargs -r kill -9; done
kill -9 "$broker"
tcpdump -i br0 -n -U --immediate-mode -w "$work/wire.pcap" 'tcp port 1883' >/dev/null 2>"$work/tcpdump.log" &
running+=($!)
capture=$!
until grep -q listening "$work/tcpdump.log"; do sleep 0.1; done
broker
for gateway in $(seq 12); do boot "$gateway" 2; done
sessions 24
kill -INT "$capture"
wait "$capture" || true

tcpdump -n -tt -r "$work/wire.pcap" 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn' 2>/dev/null >"$work/syn"
for gateway in $(seq 12); do
  address="192.0.2.1$(printf %02d "$gateway")"
  grep -c "IP $address\." "$work/syn" >"$work/count"
  first=$(grep -m 1 "IP $address\." "$work/syn" | cut -d ' ' -f 1)
  announced=$(sed -n 's/.*connecting in \([0-9]*\) s (power-restoration spread).*/\1/p' "$work/g$gateway/log.2" | head -n 1)
  year=$(sed -n '/ gateway gw-/s/^\([0-9]*\)-.*/\1/p' "$work/g$gateway/log.2" | head -n 1)
  echo "$gateway $(class "$gateway") $(awk "BEGIN { print $first - $(cat "$work/g$gateway/started") }") ${announced:-none} $(cat "$work/count") ${year:-none}"
done
