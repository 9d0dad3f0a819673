#!/bin/bash
# A firewall of somebody else, in the network namespace it is started in: the real ufw or firewalld, or rules like OpenWrt's.
#
# firewall-of-others.sh ufw|firewalld|openwrt-like FOLDER: lets strangers come by TCP to 22, 23 and 8080 of the gateway, and by its 8443 to
# the device's 443; prints 'ready'. Each line of FOLDER/ask has it load its rules anew, which it says by 'loaded'. Its
# settings are copies in the folder; needs mount and process namespaces of its own.
set -euo pipefail
which=$1 folder=$2
mount -t tmpfs tmpfs /run
if [ -d "/etc/$which" ]; then
  cp -a "/etc/$which" "$folder/$which"
  mount --bind "$folder/$which" "/etc/$which"
fi
mkfifo "$folder/ask"

ufw_begins() {
  # Values of the kernel are the business of whoever made the namespace.
  sed 's/^IPT_SYSCTL=.*/IPT_SYSCTL=/' /etc/default/ufw >"$folder/ufw.default"
  mount --bind "$folder/ufw.default" /etc/default/ufw
  cat >>/etc/ufw/before.rules <<'END'
*nat
:PREROUTING ACCEPT [0:0]
-F PREROUTING
-A PREROUTING -i wan0 -p tcp --dport 8443 -j DNAT --to-destination 192.168.9.2:443
COMMIT
END
  ufw --force enable
  for port in 22 23 8080; do ufw allow "$port/tcp"; done
  ufw allow in on lan0
  ufw route allow in on wan0 out on lan0 to 192.168.9.2 port 443 proto tcp
}

# Asks until the answer is yes, for a minute at most.
becomes() {
  for _ in {1..600}; do
    if "$@"; then return; fi
    sleep 0.1
  done
  echo "not in time: $*" >&2
  exit 1
}

is_running() { [ "$(firewall-cmd --state 2>/dev/null)" = running ]; }

firewalld_begins() {
  mkdir -p /run/dbus /run/firewalld
  dbus-daemon --system --nofork --nopidfile &
  becomes test -S /run/dbus/system_bus_socket
  firewalld --nofork --nopid &
  becomes is_running
  local always=(firewall-cmd --permanent)
  "${always[@]}" --zone=internal --change-interface=lan0
  "${always[@]}" --zone=internal --set-target=ACCEPT
  "${always[@]}" --zone=external --change-interface=wan0
  for port in 22 23 8080; do "${always[@]}" --zone=external --add-port="$port/tcp"; done
  "${always[@]}" --zone=external --add-forward-port=port=8443:proto=tcp:toport=443:toaddr=192.168.9.2
  firewall-cmd --reload
}

case $which in
ufw)
  load=(ufw reload)
  ufw_begins >&2
  ;;
firewalld)
  load=(firewall-cmd --complete-reload)
  firewalld_begins >&2
  ;;
openwrt-like)
  load=(nft -f "$(dirname "$0")/openwrt-like.nft")
  "${load[@]}" >&2
  ;;
esac
echo ready
exec 4<>"$folder/ask"
while read -r _ <&4; do
  "${load[@]}" >&2
  echo loaded
done
