#!/bin/bash
# A gateway of real parts in a network namespace of its own, between a stranger's and a device's.
#
# gateway.sh PROGRAM DIRECTORY: builds it, lets the program look, lets nmap look from the stranger's side, and
# leaves what both saw in the directory. Run it with 'unshare -n'; nothing leads out.
set -euo pipefail
program=$1 directory=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$directory/state"
cd "$directory"

children=()
# Not by SIGTERM: who runs tests may have had it blocked, and children inherit that.
finish() { for child in "${children[@]}"; do kill -KILL "$child" 2>/dev/null || true; done; wait; } 2>/dev/null
trap finish EXIT

# Waits until a file is there with something in it, or, with -e, at all.
appears() {
  local turns=0
  until test "$1" "$2"; do
    turns=$((turns + 1))
    [ $turns -lt 500 ] || { echo "$2 does not appear" >&2; exit 1; }
    read -r -t 0.02 _ <>hold || true
  done
}

# A namespace is held by a process that waits for the end of its input, which is ours.
mkfifo hold
exec 9<>hold
room() {
  unshare -n sh -c 'echo ready >&3; read -r _ <&9' 3>"$1.ready" &
  children+=($!)
  appears -s "$1.ready"
}
room stranger
stranger=${children[0]}
room device
device=${children[1]}
# Not functions: in the background those would be shells, and what they have started would stay when they end.
outside=(nsenter -t "$stranger" -n)
inside=(nsenter -t "$device" -n)

ip link set lo up
ip link add wan0 type veth peer name isp0
ip link add lan0 type veth peer name eth0
ip link set isp0 netns "$stranger"
ip link set eth0 netns "$device"
ip link set wan0 up
ip link set lan0 up
ip address add 203.0.113.1/24 dev wan0
ip -6 address add 2001:db8:1::1/64 dev wan0 nodad
ip address add 192.168.1.1/24 dev lan0
ip -6 address add 2001:db8:2::1/64 dev lan0 nodad
ip route add default via 203.0.113.254
ip -6 route add default via 2001:db8:1::ff
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
"${outside[@]}" ip link set lo up
"${outside[@]}" ip link set isp0 up
"${outside[@]}" ip address add 203.0.113.254/24 dev isp0
"${outside[@]}" ip -6 address add 2001:db8:1::ff/64 dev isp0 nodad
"${outside[@]}" ip -6 route add 2001:db8:2::/64 via 2001:db8:1::1
"${inside[@]}" ip link set lo up
"${inside[@]}" ip link set eth0 up
"${inside[@]}" ip address add 192.168.1.10/24 dev eth0
"${inside[@]}" ip -6 address add 2001:db8:2::10/64 dev eth0 nodad
"${inside[@]}" ip route add default via 192.168.1.1
"${inside[@]}" ip -6 route add default via 2001:db8:2::1

# Rules as firewalls and container engines make them: an input chain that lets little through, docker's kind of DNAT,
# a forward chain that lets pass what was translated, and one port of the device's own address.
nft -f - <<'END'
table inet filter {
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iifname { "lo", "lan0" } accept
		meta l4proto { icmp, ipv6-icmp } accept
		tcp dport { 22, 8443, 8444 } accept
		# Whose socket is of version 6, and takes both.
		meta nfproto ipv4 tcp dport 2323 accept
		ip saddr 198.51.100.0/24 tcp dport 5900 accept
	}
	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		iifname "lan0" accept
		ct status dnat accept
		meta l4proto ipv6-icmp accept
		ip6 daddr 2001:db8:2::10 tcp dport 80 accept
	}
	chain miniupnpd {
	}
	chain prerouting_miniupnpd {
	}
	chain postrouting_miniupnpd {
	}
	chain prerouting {
		type nat hook prerouting priority -100; policy accept;
		iifname "wan0" jump prerouting_miniupnpd
	}
}
table ip nat {
	chain DOCKER {
		iifname != "docker0" tcp dport 8080 counter dnat to 192.168.1.10:80
	}
	chain PREROUTING {
		type nat hook prerouting priority -100; policy accept;
		fib daddr type local counter jump DOCKER
	}
}
END

python3 "$here/listeners.py" "$directory/gateway.up" tcp4:0.0.0.0:22 tcp46::::2323 tcp6::::8443 tcp6:2001:db8:2::1:8444 \
  tcp4:127.0.0.1:631 tcp4:192.168.1.1:80 tcp4:0.0.0.0:445 tcp4:0.0.0.0:5900 udp4:0.0.0.0:161 udp4:0.0.0.0:45000 &
children+=($!)
"${inside[@]}" python3 "$here/listeners.py" "$directory/device.up" tcp46::::80 tcp46::::554 tcp46::::23 &
children+=($!)
appears -e gateway.up
appears -e device.up

# A container: a namespace behind a bridge, to which docker's kind of DNAT leads.
room box
box=${children[-1]}
ip link add docker0 type bridge
ip link set docker0 up
ip address add 172.17.0.1/16 dev docker0
ip link add veth0 type veth peer name eth0 netns "$box"
ip link set veth0 master docker0 up
nsenter -t "$box" -n sh -c 'ip link set lo up; ip link set eth0 up; ip address add 172.17.0.2/16 dev eth0; ip route add default via 172.17.0.1'
nsenter -t "$box" -n python3 "$here/listeners.py" "$directory/box.up" tcp46::::9000 udp4:172.17.0.2:9001 &
children+=($!)
appears -e box.up
nft -f - <<'END'
table ip nat {
	chain DOCKER {
		iifname != "docker0" tcp dport 9090 counter dnat to 172.17.0.2:9000
		iifname != "docker0" udp dport 9091 counter dnat to 172.17.0.2:9001
	}
}
END

# Our own table as far as it learns: a stranger's talks to a port of the gateway and to the device's page.
nft -f - <<'END'
table inet kadomori_use {
	set used_wan {
		type inet_proto . inet_service
		flags dynamic,timeout
		size 2048
		timeout 30d
		counter
	}
	set used_dev4 {
		type ipv4_addr . inet_proto . inet_service
		flags dynamic,timeout
		size 8192
		timeout 30d
		counter
	}
	chain transit {
		type filter hook forward priority -10; policy accept;
		oifname "wan0" ct direction reply ct status assured update @used_dev4 { ip saddr . meta l4proto . th sport }
	}
	chain out {
		type filter hook output priority -10; policy accept;
		oifname "wan0" ct direction reply ct status assured update @used_wan { meta l4proto . th sport }
	}
	chain pre {
		type filter hook prerouting priority -150; policy accept;
		iifname "wan0" ct state new tcp dport 8444 drop
	}
}
END
"${outside[@]}" python3 "$here/listeners.py" talk "$directory/talk.up" 2001:db8:1::1 8443 203.0.113.1 8080 &
children+=($!)
appears -e talk.up

# What a scan of the LAN has found: a device with an address of its own.
cat >state/posture-lan0.json <<'END'
{"v": "1.0", "scan": {"interface": "lan0", "networks": ["192.168.1.0/24"], "started": "2026-11-26T00:00:00Z",
"duration_ms": 1, "complete": true}, "devices": [{"id": "dev-aaaaaaaaaaaaaaaa", "kind": "camera", "confidence": 1,
"addresses": ["192.168.1.10", "2001:db8:2::10"], "names": [], "services": [
{"transport": "tcp", "port": 80, "protocol": "http"}, {"transport": "tcp", "port": 554, "protocol": "rtsp"},
{"transport": "tcp", "port": 23, "protocol": "telnet"}]}], "findings": []}
END

# miniupnpd, and a camera that has it open a port, by the same protocol as cameras do.
cat >upnpd.conf <<END
ext_ifname=wan0
ext_ip=11.0.77.2
listening_ip=lan0
http_port=5000
enable_upnp=yes
enable_natpmp=no
secure_mode=no
uuid=00000000-0000-0000-0000-000000000001
force_igd_desc_v1=yes
min_lifetime=120
max_lifetime=86400
lease_file=$directory/upnp.leases
upnp_table_name=filter
upnp_nat_table_name=filter
allow 1024-65535 0.0.0.0/0 1-65535
END
miniupnpd -d -P "$directory/upnpd.pid" -f upnpd.conf >upnpd.log 2>&1 &
children+=($!)
"${inside[@]}" python3 "$here/listeners.py" map http://192.168.1.1:5000 8554 192.168.1.10 554 "IP Camera"

common=(--lan lan0 --state "$directory/state" --miniupnpd "$directory/upnpd.conf")
"$program" exposures --json "${common[@]}" >exposures.json 2>exposures.err
"$program" exposures "${common[@]}" >exposures.txt 2>>exposures.err
"$program" plan --json "${common[@]}" >plan.json 2>plan.err
cp state/plan.json kept.json
LC_ALL=ja_JP.UTF-8 "$program" plan "${common[@]}" >plan.ja.txt 2>>plan.err
LC_ALL=C.UTF-8 "$program" plan "${common[@]}" >plan.txt 2>>plan.err
stat -c %a state/plan.json >kept.mode
# What nobody but root may look into: the rules are read from a listing, so that the forwards are seen.
nft -j list ruleset >ruleset.json
setpriv --reuid 65534 --clear-groups "$program" exposures --json --lan lan0 --state "$directory/nowhere" \
  --ruleset "$directory/ruleset.json" >blind.json 2>/dev/null
# As somebody who may neither read the packet filter nor look into others' processes.
setpriv --reuid 65534 --clear-groups "$program" exposures --json --lan lan0 --state "$directory/nowhere" >unprivileged.json 2>/dev/null
# As a box that is not the gateway, of which it asks by SOAP; the listing is somebody else's too.
nft -j list ruleset >ruleset.json
"${inside[@]}" "$program" exposures --json --lan eth0 --state "$directory/nowhere" --ruleset "$directory/ruleset.json" \
  --upnp http://192.168.1.1:5000/rootDesc.xml >soap.json 2>soap.err

# What a stranger sees; 65535 ports would be too slow, so the open ones and their neighbours.
ports=21-23,80,81,443,445,554,631,2323,5000,5900,8080,8081,8443,8444,8554,9090
"${outside[@]}" nmap -n -Pn -sT -oG nmap4.txt -p $ports 203.0.113.1 >/dev/null
"${outside[@]}" nmap -n -Pn -sT -6 -oG nmap6.txt -p $ports 2001:db8:1::1 2001:db8:2::1 2001:db8:2::10 >/dev/null
