import BrokerFixture
import MQTTClient
import Stagger

/// How many, and what the broker can take.
struct HerdPlan {
  static let usage = "usage: herd MACHINES [SVG-FILE]"

  var machines: Int
  /// New sessions a second that the broker took when it was asked to hurry.
  var capacity: Double
  let secret = KeyedHash(key: (0..<16).map { _ in UInt8.random(in: 0...255) })

  /// W = N / (0.8 C), as the collector plans it.
  var window: Double { Double(machines) / (0.8 * capacity) }
  /// New sessions a second that follow from the window.
  var rate: Double { Double(machines) / window }

  var policy: ReconnectPolicy { ReconnectPolicy(windowSeconds: window) }
}

/// Where the broker is, and how machines show themselves there.
struct HerdPlace {
  var port: UInt16
  var security: MQTTSecurity

  /// Makes an authority, the broker's certificate, and one that all machines show: it costs as much as one each.
  static func files(in directory: TemporaryDirectory) throws {
    let script = """
      cd '\(directory.path)'
      make() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $1.key -subj /CN=$1 -out $1.csr; }
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -subj /CN=authority -days 2 -out ca.crt
      for name in broker machine; do
        make $name
        echo 'subjectAltName=IP:127.0.0.1' > $name.ext
        openssl x509 -req -in $name.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile $name.ext -out $name.crt
      done
      """
    let made = try run("sh", ["-e", "-c", script], in: directory)
    guard made.status == 0 else { throw FixtureError(made.text) }
  }

  init(port: UInt16, in directory: TemporaryDirectory) {
    self.port = port
    security = MQTTSecurity(
      authorities: directory.path + "/ca.crt", certificate: directory.path + "/machine.crt",
      key: directory.path + "/machine.key")
  }
}
