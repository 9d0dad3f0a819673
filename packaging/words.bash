# What the scripts of this folder share: how they speak, and what they insist on. Sourced, not run.

# The top of the repository, whatever folder, or link to one, the script was called from.
top=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
export top

# One place for release builds, so that packages, budget and measurements share the work.
export KADOMORI_SCRATCH=${KADOMORI_SCRATCH:-$top/.build-release}

# Another for what measures and is not shipped: built with other flags in the same place, each would undo the other's.
export KADOMORI_TOOLS=${KADOMORI_TOOLS:-$top/.build-tools}

# Talk goes to standard error: standard output is for results.
say() { printf '\n== %s\n' "$*" >&2; }
note() { printf '   %s\n' "$*" >&2; }
fail() {
  printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" = 0 ] || fail "this needs root ($1); run it again with: sudo packaging/$(basename "$0")"
}

# Finds swift, also under sudo, which forgets the PATH of whoever called it.
need_swift() {
  local place
  for place in /opt/swift/usr/bin /usr/local/swift/usr/bin /usr/share/swift/usr/bin; do
    command -v swift >/dev/null && break
    [ -x "$place/swift" ] && PATH=$place:$PATH
  done
  command -v swift >/dev/null || fail "no Swift toolchain was found. To get one (about 1 GB on disk):
  1. open https://www.swift.org/install/linux/ and download Swift 6.2 or later for Debian 12
  2. unpack it:          mkdir -p /opt/swift && tar -xzf swift-6*.tar.gz -C /opt/swift --strip-components 1
  3. put it in the PATH: export PATH=/opt/swift/usr/bin:\$PATH
then run this again; with sudo, which forgets the PATH: sudo env PATH=\"\$PATH\" packaging/$(basename "$0")"
  # A crash in a test should end it; the backtracer asks questions on a terminal instead.
  export SWIFT_BACKTRACE=${SWIFT_BACKTRACE:-enable=no}
}

# Where Debian is, as this machine's apt knows it.
debian_mirror() {
  local uri
  # shellcheck disable=SC2016
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Codename: bookworm' | head -n 1)
  echo "${uri:-http://deb.debian.org/debian}"
}

# Prints the path of a small Debian 12, an archive, with everything that our packages in a folder depend on, so that only they come
# and go. It comes from Debian once, and is kept.
debian_base() {
  local needs cache packages=$1
  needs=$(for package in "$packages"/*.deb; do
    dpkg-deb --field "$package" Depends Recommends | sed 's/^[A-Z][a-z]*: //' | tr ',' '\n'
  done | sed 's/|.*//; s/(.*//; s/ //g' | grep -v '^kadomori' | sort -u | paste -sd,)
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/kadomori/base-bookworm-$(printf '%s' "$needs" | sha256sum | cut -c1-12).tar
  if [ ! -s "$cache" ]; then
    say "Fetching a small Debian 12 to install into (once, about a minute)"
    mkdir -p "$(dirname "$cache")"
    mmdebstrap --quiet --mode=root --format=tar --variant=minbase --include="$needs" bookworm "$cache.part" "$(debian_mirror)" \
      >"$cache.log" 2>&1 </dev/null || { tail -n 20 "$cache.log" >&2; fail "mmdebstrap failed"; }
    mv "$cache.part" "$cache"
  fi
  echo "$cache"
}

# Waits until a log, which a process writes, has a line with some words: SECONDS PROCESS LOG WORDS.
# Fails when the time is over or the process has ended without a word of it.
wait_for_line() {
  # The program in the background may not have opened its log yet, and tail follows nothing that is not there.
  : >>"$3"
  timeout "$1" grep -qm 1 -F -- "$4" < <(tail --lines=+1 --follow --pid="$2" "$3" 2>/dev/null) || {
    tail -n 5 "$3" >&2
    fail "waited $1 s in vain for '$4'; the end of $3 is above"
  }
}

# Ends processes by their ids and waits for them; what is gone already is no mistake.
end_processes() {
  local id
  for id in "$@"; do kill -TERM "$id" 2>/dev/null || true; done
  for id in "$@"; do wait "$id" 2>/dev/null || true; done
}
