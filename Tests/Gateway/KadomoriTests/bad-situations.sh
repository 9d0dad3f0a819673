#!/bin/bash
# Runs every command in every bad situation, and writes a line for each: situation, command, exit status, bytes of
# data, bytes of talk, and whether an escape sequence was among them.
#
# bad-situations.sh PROGRAM DIRECTORY COMMANDS: COMMANDS holds one command a line, and before a tab whether it takes
# --config. Run it with 'unshare -nm'.
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

# A disk of one page, and that is taken.
mkdir disk
mount -t tmpfs -o size=4096 tmpfs disk || exit 1
mkdir disk/state
head -c 4096 /dev/zero >disk/taken

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
  STATE_DIRECTORY=$PWD/disk/state "$program" "${words[@]}" >data 2>talk </dev/null
  note disk "$command" $?
  # The interrupt key, sooner and later: what has ended by then has its own status.
  for moment in 0.005 0.02 0.08; do
    STATE_DIRECTORY=$PWD/empty timeout --foreground --signal=INT --preserve-status "$moment" "$program" "${words[@]}" \
      >data 2>talk </dev/null
    status=$?
    # Ended by the key itself it has said nothing, as any program that has nothing to put in order.
    [ "$status" != 130 ] || echo interrupted >>talk
    note interrupt "$command" "$status"
  done
  # A terminal of a kind that nobody knows, without a size, in a language that is not installed.
  printf -v quoted '%q ' "$program" "${words[@]}"
  STATE_DIRECTORY=$PWD/empty TERM=no-such-terminal COLUMNS=0 LC_ALL=xx_YY.none \
    timeout 60 script --quiet --return --command "$quoted" talk >/dev/null </dev/null
  status=$?
  : >data
  # Colours are a terminal's, whatever kind it says it is.
  sed -i 's/\x1b\[[0-9;?]*[a-zA-Z]//g' talk
  note terminal "$command" "$status"
  "$program" "${words[@]}" --no-such-option >data 2>talk </dev/null
  note option "$command" $?
  if [ "$has_config" = yes ]; then
    STATE_DIRECTORY=$PWD/empty "$program" "${words[@]}" --config damaged.yaml >data 2>talk </dev/null
    note configuration "$command" $?
  fi
done <"$commands"
