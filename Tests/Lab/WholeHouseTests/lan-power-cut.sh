#!/bin/bash
# Twelve devices, each in a network namespace of its own, behind one gateway with the agent and its firewall helper; all
# of them lose power at once. Prints the agent's status, and as tcpdump has seen it on both sides of the gateway
#
#   device NUMBER PLANNED LAN-SYNS WAN-SYNS SECONDS    PLANNED by the kernel's set, 0 for who is not in it; SECONDS from
#                                                      the first SYN on the LAN to the first that passed of this device
#   gateway ANNOUNCED SYNS YEAR                        of the agent itself: by its log, on the wire, by its clock
#
# usage: unshare --net --mount --propagation private bash lan-power-cut.sh KADOMORI DIRECTORY PROFILES
#
# DIRECTORY/posture.json is what was known of the LAN before. Nothing leads out of these namespaces, and all of them go
# with the last process in them.
set -euo pipefail
agent=$1
work=$2
profiles=$3
here=$(cd "$(dirname "$0")" && pwd)
[ "$(sed -n '3,$s/:.*//p' /proc/self/net/dev | tr -d ' ')" = lo ] || { echo "not in a namespace of its own"; exit 1; }
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
ip link set lo up
ip link add lan type bridge
ip link set lan up

running=()
cleanup() {
  for name in gw wan $(seq -f 'd%g' 12); do ip netns pids "$name" 2>/dev/null | xargs -r kill -9 || true; done
  for id in "${running[@]}"; do kill -9 "$id" 2>/dev/null || true; done
}
trap cleanup EXIT

until_there() {
  for _ in $(seq 600); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  echo "never: $*"
  tail -n 5 "$work"/*.log
  return 1
}

start() {
  local name=$1 log=$2
  shift 2
  ip netns exec "$name" "$@" >>"$work/$log.log" 2>&1 &
  running+=($!)
  disown
}

ip netns add gw
ip netns add wan
ip link add uplan type veth peer name lan0 netns gw
ip link set uplan master lan up
ip link add wan0 netns gw type veth peer name eth0 netns wan
ip -n gw link set lo up
ip -n gw link set lan0 up
ip -n gw link set wan0 up
ip -n gw address add 192.168.9.1/24 dev lan0
ip -n gw address add 203.0.113.1/24 dev wan0
ip -n gw route add default via 203.0.113.2
ip netns exec gw sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip -n wan link set eth0 up
ip -n wan address add 203.0.113.2/24 dev eth0
ip -n wan route add 192.168.9.0/24 via 203.0.113.1
for number in $(seq 12); do
  ip netns add "d$number"
  ip link add "v$number" type veth peer name eth0 netns "d$number"
  ip link set "v$number" master lan up
  ip -n "d$number" link set eth0 address "02:00:00:00:02:$(printf %02x "$number")" up
  ip -n "d$number" address add "192.168.9.1$(printf %02d "$number")/24" dev eth0
  ip -n "d$number" route add default via 192.168.9.1
done

printf 'user root\nlistener 1883 203.0.113.2\nallow_anonymous true\nlog_dest file %s\nlog_type all\n' \
  "$work/broker.log" >"$work/mosquitto.conf"
PATH=$PATH:/usr/sbin start wan server mosquitto -c "$work/mosquitto.conf"
start wan server python3 -c 'import socket
server = socket.create_server(("203.0.113.2", 4443), backlog=64)
while True: server.accept()[0].close()'
until_there ip netns exec wan sh -c 'grep -q ":115B 00000000:0000 0A" /proc/net/tcp'

mkdir -p "$work/state" "$work/firewall"
# A boot of the gateway: another boot_id, and where power was lost no idea what time it is.
boot() {
  local round=$1 file=$2 clock=()
  [ "$round" = 1 ] || clock=(env DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f '@1970-01-01 00:00:10')
  printf '0000000%d-0000-4000-8000-000000000001\n' "$round" >"$work/boot_id.$round"
  rm -f "$work/helper.sock"
  start gw helper python3 "$here/../../Gateway/FirewallTests/activate.py" "$work/helper.sock" "$agent" firewall-helper \
    --firewall-socket "$work/helper.sock" --firewall-state "$work/firewall"
  until_there test -S "$work/helper.sock"
  # The namespace's own mounts: nobody else sees this boot_id.
  # shellcheck disable=SC2016
  start gw "agent.$round" sh -c \
    'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"' sh "$work/boot_id.$round" \
    env LANG=C.UTF-8 KADOMORI_FIREWALL_SOCKET="$work/helper.sock" "${clock[@]}" "$agent" run --config "$file" \
    --state "$work/state" --runtime "$work/run" --profiles "$profiles"
}
sessions() { [ "$(grep -c 'New client connected' "$work/broker.log")" -ge "$1" ]; }

echo 'broker: {host: 203.0.113.2}' >"$work/before.yaml"
echo '{"window_s": 8}' >"$work/state/reconnect-policy.json"
boot 1 "$work/before.yaml"
until_there sessions 1

# The power cut: everything of the gateway at once, and nothing says goodbye; its firewall is as empty as after any boot.
ip netns pids gw | xargs -r kill -9
until_there sh -c "[ -z \"\$(ip netns pids gw)\" ]"
cp "$work/posture.json" "$work/state/posture-lan0.json"
printf 'broker: {host: 203.0.113.2}\nlan: [{interface: lan0, hold_after_power_loss: true}]\n' >"$work/after.yaml"
for side in lan0 wan0; do
  ip netns exec gw tcpdump -i "$side" -n -U --immediate-mode -w "$work/$side.pcap" \
    'tcp port 4443 or tcp port 1883' >/dev/null 2>"$work/tcpdump-$side.log" &
  running+=($!)
  until_there grep -q listening "$work/tcpdump-$side.log"
done
captures=("${running[@]: -2}")
for number in $(seq 12); do
  start "d$number" device python3 "$here/returning-device.py" 203.0.113.2 4443 "$work/go"
done
boot 2 "$work/after.yaml"
until_there sh -c "ip netns exec gw nft list set inet kadomori_hold held | grep -q expires"
ip netns exec gw nft list set inet kadomori_hold held >"$work/held"
touch "$work/go"
for number in $(seq 12); do until_there sh -c "[ -z \"\$(ip netns pids d$number)\" ]"; done
until_there sessions 2
ip netns exec gw "$agent" status --json --state "$work/state" --runtime "$work/run" >"$work/status.json"
for capture in "${captures[@]}"; do kill -INT "$capture"; done
for capture in "${captures[@]}"; do wait "$capture" || true; done

for side in lan0 wan0; do
  tcpdump -n -tt -r "$work/$side.pcap" 'tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn' 2>/dev/null >"$work/$side.syn"
done
first=$(grep -m 1 '\.4443:' "$work/lan0.syn" | cut -d ' ' -f 1)
for number in $(seq 12); do
  from="IP 192.168.9.1$(printf %02d "$number")\."
  planned=$(grep -o "02:00:00:00:02:$(printf %02x "$number") timeout [0-9]*s" "$work/held" | sed 's/.* \([0-9]*\)s/\1/' || true)
  passed=$(grep -m 1 "$from" "$work/wan0.syn" | cut -d ' ' -f 1)
  echo "device $number ${planned:-0} $(grep -c "$from" "$work/lan0.syn") $(grep -c "$from" "$work/wan0.syn")" \
    "$(awk "BEGIN { print $passed - $first }")"
done
announced=$(sed -n 's/.*connecting in \([0-9]*\) s (power-restoration spread).*/\1/p' "$work/agent.2.log" | head -n 1)
year=$(sed -n '/ gateway gw-/s/^\([0-9]*\)-.*/\1/p' "$work/agent.2.log" | head -n 1)
echo "gateway ${announced:-none} $(grep -c '203\.0\.113\.2\.1883:' "$work/wan0.syn") ${year:-none}"
cat "$work/status.json"
