#!/bin/bash
# Runs every command in every bad situation, and writes a line for each: situation, command, exit status, bytes of
# data, bytes of talk, and whether an escape sequence was among them.
#
# bad-situations.sh PROGRAM DIRECTORY COMMANDS: COMMANDS holds one command a line, and before a tab whether it takes
# --config. Run it with 'unshare -n'.
set -u
program=$1 directory=$2 commands=$3
cd "$directory" || exit 1
mkdir -p empty damaged closed run
chmod 700 closed
touch closed/posture-lan0.json
for name in posture-lan0.json decisions.json consents.json plan.json enrolment.json fixes.json gateway.key start outbox \
  events.jsonl page-sessions.json notices.json device-defender.json; do
  printf '{"v": [\0\377' >"damaged/$name"
done
printf 'lan: [{interface: \377' >damaged.yaml
export RUNTIME_DIRECTORY=$PWD/run KADOMORI_FIREWALL_SOCKET=$PWD/none.sock KADOMORI_FIREWALL_STATE=$PWD/empty
export KADOMORI_PROFILES=$PWD/empty TERM=xterm-256color LC_ALL=C.UTF-8
unset SSH_CONNECTION NO_COLOR

note() {
  local escapes=no
  grep -q $'\033' data talk 2>/dev/null && escapes=yes
  printf '%s|%s|%s|%s|%s|%s\n' "$1" "$2" "$3" "$(wc -c <data)" "$(wc -c <talk)" "$escapes"
}

while IFS=$'\t' read -r has_config command; do
  read -ra words <<<"$command"
  : >data
  STATE_DIRECTORY=$PWD/empty "$program" "${words[@]}" >data 2>talk </dev/null
  note nothing "$command" $?
  cp data plain
  STATE_DIRECTORY=$PWD/damaged LC_ALL=xx_YY.none "$program" "${words[@]}" >data 2>talk </dev/null
  note damaged "$command" $?
  STATE_DIRECTORY=$PWD/closed setpriv --reuid 65534 --regid 65534 --clear-groups "$program" "${words[@]}" \
    >data 2>talk </dev/null
  note permission "$command" $?
  if [ -s plain ]; then
    : >data
    STATE_DIRECTORY=$PWD/empty "$program" "${words[@]}" >/dev/full 2>talk </dev/null
    note full "$command" $?
    STATE_DIRECTORY=$PWD/empty "$program" "${words[@]}" 2>talk </dev/null | head -c 1 >data
    note head "$command" "${PIPESTATUS[0]}"
  fi
  "$program" "${words[@]}" --no-such-option >data 2>talk </dev/null
  note option "$command" $?
  if [ "$has_config" = yes ]; then
    STATE_DIRECTORY=$PWD/empty "$program" "${words[@]}" --config damaged.yaml >data 2>talk </dev/null
    note configuration "$command" $?
  fi
done <"$commands"
