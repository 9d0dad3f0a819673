/// The shell script that starts a persona's programs inside its namespace.
///
/// It runs in a mount namespace and a UTS namespace of its own, so the mounts and the host name end
/// with the persona: the persona's directory becomes `/mnt`, `/run` an empty one, and the machine's
/// root file system read-only.
struct PersonaScript {
  let persona: Persona
  /// The persona's directory on the machine.
  let directory: String
  /// The Python of the virtual environment, `$PYTHON` for the programs.
  let python: String

  var text: String {
    """
    set -eu
    mount --bind \(quoted(directory)) /mnt
    printf 'nameserver 127.0.0.1\\noptions timeout:1 attempts:1\\n' >/mnt/resolv.conf
    mount --bind /mnt/resolv.conf /etc/resolv.conf || echo 'keeps the resolv.conf of the machine' >&2
    mount -t tmpfs -o mode=755 tmpfs /run
    mount -o remount,bind,ro /
    mkdir -p /run/lock /mnt/tmp
    chmod 1777 /mnt/tmp
    hostname \(persona.name)
    cd /mnt
    export HOME=/mnt TMPDIR=/mnt/tmp LC_ALL=C.UTF-8 PYTHON=\(quoted(python)) PYTHONUNBUFFERED=1
    export PYTHONDONTWRITEBYTECODE=1 PATH="$PATH":\(quoted(UnpackedPackages.searchPath.joined(separator: ":")))
    umask 022
    \(persona.preparation.joined(separator: "\n"))
    \(persona.programs.map { "\($0) &" }.joined(separator: "\n"))
    wait

    """
  }
}

/// The shell script that is the first process of a lab's PID namespace.
///
/// It starts every persona and then reaps, for as long as the lab stands; when it is killed, the
/// kernel kills every process of the lab.
struct KeeperScript {
  let id: LabIdentifier
  let directory: LabDirectory
  let personas: [Persona]

  /// Starts the script at `$0` in namespaces of its own; the lock is let go only here, where the
  /// process already lives in the lab and is found by who removes it.
  static let launch = """
    exec unshare --pid --fork --kill-child --mount --propagation slave --mount-proc sh "$0" \(Command.lockDescriptor)>&-
    """

  var text: String {
    let starts = personas.map { persona in
      """
      ip netns exec \(id.namespace(of: persona.name)) unshare --uts \
      sh \(quoted(directory.path(of: persona) + "/start.sh")) \
      >\(quoted(directory.log(of: persona))) 2>&1 </dev/null &
      """
    }
    return """
      \(starts.joined(separator: "\n"))
      sleep infinity &
      wait

      """
  }
}

/// Puts text between single quotes for the shell.
private func quoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
