import BrokerFixture
import Foundation
import Glibc

/// A real PostgreSQL server of a test's own: a new cluster in a directory of its own, reached over a socket there, with
/// `fsync` on.
///
/// It ends with the test's process, however that ends: a shell beside it waits for the other end of a pipe.
package final class PostgresFixture: @unchecked Sendable {
  // Sendable: a server that tests share is never started or ended by one of them.
  private let directory: String
  private let pipe: CInt
  private var watch: ChildProgram?

  /// The one that tests share, each with a database of its own.
  package static let shared = Result { try PostgresFixture() }

  /// Makes and starts a server; takes some seconds.
  package init() throws {
    var template = Array("/tmp/kadomori-pg-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw FixtureError("no directory for PostgreSQL") }
    directory = String(cString: made)
    guard mkfifo(directory + "/pipe", 0o600) == 0 else { throw FixtureError("no pipe for PostgreSQL") }
    // Both ends, so that opening it does not wait; the shell reads its own, and sees the end when this process is gone.
    pipe = open(directory + "/pipe", O_RDWR | O_CLOEXEC)
    try start()
  }

  deinit {
    close(pipe)
    watch?.wait()
  }

  /// Initialises the cluster where there is none, starts the server, and waits until it answers.
  package func start() throws {
    let script = """
      set -e
      cd "$0"
      PATH=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1):$PATH
      as=
      if [ "$(id -u)" = 0 ]; then
        user=postgres
        id "$user" >/dev/null 2>&1 || user=nobody
        chown "$user" .
        as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
      fi
      if [ ! -d data ]; then
        $as initdb -D data -A trust -U kadomori --locale=C.UTF-8 -E UTF8 --no-sync
        cat >> data/postgresql.conf <<END
      listen_addresses = ''
      unix_socket_directories = '$0'
      max_connections = 60
      shared_buffers = 32MB
      fsync = on
      END
      fi
      $as postgres -D data &
      server=$!
      echo $server > pid
      set +e
      # Nobody needs the data any more, so the end is immediate.
      (read -r _ < pipe; kill -QUIT $server) 2>/dev/null &
      reader=$!
      wait $server
      kill $reader 2>/dev/null
      [ -e keep ] || rm -rf "$0"
      """
    unlink(directory + "/pid")
    _ = FileManager.default.createFile(atPath: directory + "/keep", contents: nil)
    watch = try ChildProgram("sh", ["-c", script, directory], output: directory + "/log")
    for _ in 0..<3000 {
      if (try? sql("SELECT 1", in: "postgres")) != nil {
        unlink(directory + "/keep")
        return
      }
      poll(nil, 0, 20)
    }
    let log = (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? ""
    throw FixtureError("PostgreSQL does not start: \(log.suffix(600))")
  }

  /// Ends the server and all of its sessions without a word (SIGKILL), and returns when they are gone.
  package func crash() throws { try end(SIGKILL) }

  /// Ends the server in order (fast shutdown).
  package func stop() throws { try end(SIGINT) }

  private func end(_ signal: CInt) throws {
    _ = FileManager.default.createFile(atPath: directory + "/keep", contents: nil)
    let text = try String(contentsOfFile: directory + "/pid", encoding: .utf8)
    guard let server = pid_t(text.filter(\.isNumber)) else { throw FixtureError("no server") }
    kill(server, signal)
    watch?.wait()
    watch = nil
  }

  /// Makes a database and returns its URI.
  package func database() throws -> String {
    let name = "test_\(UInt64.random(in: 0 ... .max))"
    try sql("CREATE DATABASE \(name)", in: "postgres")
    return uri(name)
  }

  /// The URI of a database of this server.
  package func uri(_ database: String) -> String { "postgresql://kadomori@/\(database)?host=\(directory)" }

  /// What psql says to a statement, without headings.
  @discardableResult
  package func sql(_ statement: String, in database: String) throws -> String {
    let output = directory + "/psql-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(output) }
    let program = try ChildProgram(
      "psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, uri(database)],
      output: output)
    let status = program.wait()
    let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
    guard status == 0 else { throw FixtureError("psql: \(text)") }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
