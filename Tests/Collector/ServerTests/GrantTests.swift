import BrokerFixture
import Foundation
import Glibc
import MQTTClient
import Testing

/// What gateways enrol with: whose authority it names, how often it is good, and whom its files belong to.
@Suite(.serialized, .timeLimit(.minutes(2))) struct GrantTests {
  /// Makes a root, an authority below it, and the file with both, as a provider's PKI would.
  private static let authority = """
    set -e
    ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    openssl req -x509 $ec -keyout root.key -out root.crt -subj "/CN=Root" -days 30
    openssl req -new $ec -keyout issuer.key -out issuer.csr -subj "/CN=Issuer"
    printf 'basicConstraints=critical,CA:TRUE,pathlen:0\\nkeyUsage=critical,keyCertSign,cRLSign\\n\
    subjectKeyIdentifier=hash\\n' > issuer.ext
    openssl x509 -req -in issuer.csr -CA root.crt -CAkey root.key -CAcreateserial -days 20 -extfile issuer.ext -out issuer.crt
    cat issuer.crt root.crt > chain.pem
    chmod 600 issuer.key
    openssl x509 -in issuer.crt -noout -pubkey | openssl pkey -pubin -outform DER > issuer.der
    python3 -c 'import base64, hashlib
    print(base64.b32encode(hashlib.sha256(open("issuer.der", "rb").read()).digest()).decode().lower().rstrip("="))' > pin
    """

  @Test func `a provider's own authority signs, and tokens name it`() throws {
    // The paths are known before the directory is: a link stands for it.
    let link = "/tmp/kadomori-issuer-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(link) }
    let provider = try Provider("issuer: {certificate: \(link)/chain.pem, key: \(link)/issuer.key}")
    try #require(symlink(provider.directory.path, link) == 0)
    let made = try provider.run("sh", ["-c", Self.authority])
    try #require(made.status == 0, "\(made)")
    try provider.start()

    let token = try provider.done("enrol-token", "create", "--config", provider.configuration)
    #expect(token.split(separator: ".").last.map(String.init) == provider.directory.read("pin").trimmed)
    #expect(try provider.enrol("gw", token: token).status == "200")
    let subject = try provider.run("openssl", ["x509", "-in", "gw.crt", "-noout", "-issuer"]).text
    #expect(subject == "issuer=CN = Issuer")
    let session = try provider.connected("gw")
    #expect(session.session.isConnected)

    // A token of an authority that nobody uses would be worth nothing.
    let wrong = try provider.command("enrol-token", "create")
    #expect(wrong.status == 65 && wrong.said.contains("--config"), "\(wrong)")
    let id = try #require(token.split(separator: ".").first)
    #expect(try provider.done("enrol-token", "list").contains(id))

    // And revocation is this authority's too.
    let gateway = try #require(
      try provider.json("audit", "audit")["audit"] as? [[String: Any]]
    ).compactMap { $0["gateway"] as? String }.first
    try provider.done("revoke", #require(gateway), "--config", provider.configuration)
    try session.wait { if case .disconnected = $0 { true } else { false } }
    #expect(throws: FixtureError.self) { try provider.connected("gw") }
  }

  @Test func `an authority without its root is refused at start`() throws {
    let link = "/tmp/kadomori-issuer-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(link) }
    let provider = try Provider("issuer: {certificate: \(link)/issuer.crt, key: \(link)/issuer.key}")
    try #require(symlink(provider.directory.path, link) == 0)
    try #require(try provider.run("sh", ["-c", Self.authority]).status == 0)
    let refused = try provider.command("run", "--config", provider.configuration)
    #expect(refused.status == 65)
    #expect(refused.said.contains("root") && refused.said.contains("issuer.crt"), "\(refused)")
  }

  @Test func `a claim enrols so many gateways, and opens nothing else`() throws {
    let provider = try Provider()
    try provider.start()
    func claim(uses: Int, _ folder: String) throws -> String {
      let arguments = ["enrol-token", "claim", "--uses", "\(uses)", "--hours", "1", "--group", "batch-7"]
      let out = provider.directory.path + "/" + folder
      let made = try provider.run(
        CollectorProgram.path, arguments + ["--out", out, "--state", provider.state])
      try #require(made.status == 0, "\(made)")
      return made.text
    }
    let id = try claim(uses: 2, "claim")
    var facts = stat()
    try #require(stat(provider.directory.path + "/claim/claim.key", &facts) == 0)
    #expect(facts.st_mode & 0o777 == 0o600)
    let certificates = provider.directory.read("claim/claim.crt")
    #expect(certificates.components(separatedBy: "BEGIN CERTIFICATE").count == 3)

    let first = try provider.enrol("first", claim: "claim")
    #expect(first.status == "200")
    #expect(try provider.enrol("second", claim: "claim").status == "200")
    // An answer that was lost may be asked for again, by those and by nobody else.
    #expect(try provider.enrol("first", claim: "claim") == first)
    #expect(try provider.enrol("third", claim: "claim") == ("403", "claim_used_up"))
    #expect(try provider.connected("first").session.isConnected)

    for name in ["claim.crt", "claim.key"] {
      try #require(try provider.run("cp", ["claim/" + name, "."]).status == 0)
    }
    #expect(throws: FixtureError.self) { try provider.connected("claim") }
    try provider.logged("the broker let somebody not in:")

    let other = try claim(uses: 5, "other")
    try provider.done("enrol-token", "revoke", other)
    #expect(try provider.enrol("fourth", claim: "other") == ("403", "claim_refused"))
    let again = try provider.command(
      "enrol-token", "claim", "--uses", "1", "--hours", "1", "--out", provider.directory.path + "/claim")
    #expect(again.status == 73 && again.said.contains("claim.crt"))
    #expect(provider.directory.read("claim/claim.crt") == certificates)
    let grants = try provider.json("grants", "enrol-token", "list")["grants"] as? [[String: Any]] ?? []
    #expect(Set(grants.compactMap { $0["id"] as? String }) == [id, other])
  }

  @Test func `the fleet shows groups and enrolment, and commands find a group`() throws {
    let provider = try Provider()
    let tap = try EnrolledTap(
      CollectorProgram.path, collector: "tokyo", state: provider.state, broker: provider.broker)
    try provider.start()
    try tap.listen()
    let (east, west) = (
      try provider.gateway("east", group: "east"), try provider.gateway("west", group: "west")
    )
    let silent = try provider.command("fleet")
    #expect(silent.said.contains("not heard of yet: 2") && silent.said.contains(east))
    #expect(try provider.command("gateway", east).said.contains("has not reported yet"))
    for (name, gateway) in [("east", east), ("west", west)] {
      let status = """
        {"v":"1.0","gateway":"\(gateway)","seq":1,"boot_id":"b","uptime_ms":1,"time":"2026-11-23T12:00:00Z",\
        "clock_synced":true,"kind":"status","body":{"online":true,"birth":1,"cause":"start",\
        "agent":"0.1.0","queued":0}}
        """
      let session = try provider.connected(name)
      try session.subscribe("kadomori/v1/\(gateway)/ack")
      try session.session.publish(
        .init(topic: "kadomori/v1/\(gateway)/status", payload: Array(status.utf8)))
      try session.message(on: "kadomori/v1/\(gateway)/ack")
    }
    try provider.done("revoke", west, "--reason", "sold")
    let fleet = try provider.json("fleet", "fleet")["gateways"] as? [[String: Any]] ?? []
    let states = Dictionary(
      uniqueKeysWithValues: fleet.compactMap { gateway in
        (gateway["gateway"] as? String).map { ($0, gateway["enrolment"] as? [String: Any] ?? [:]) }
      })
    #expect(states[east]?["group"] as? String == "east" && states[east]?["expires"] is String)
    #expect(states[east]?["revoked"] == nil)
    #expect(states[west]?["reason"] as? String == "sold" && states[west]?["enforced"] is String)
    let table = try provider.done("fleet").split(separator: "\n")
    #expect(table.contains { $0.contains(east) && $0.contains("until 20") })
    #expect(table.contains { $0.contains(west) && $0.contains("revoked 20") && !$0.contains("online") })
    #expect(try provider.json("gateway", "gateway", west)["gateway"] is [String: Any])

    #expect(try provider.run(CollectorProgram.path, ["command-key", "create", "--out", "key"]).status == 0)
    let key = provider.directory.path + "/key"
    let sent = try provider.done("command", "report", "--group", "east", "--key", key)
    #expect(sent.contains(east) && !sent.contains(west))
    let none = try provider.command("command", "report", "--group", "west", "--key", key)
    #expect(none.status == 3 && none.said.contains("no gateway of group 'west'"))
    let all = try provider.done("command", "report", "--all", "--key", key)
    #expect(all.contains(east) && !all.contains(west))
    try tap.heard("/status", times: 3)
    #expect(try tap.violations() == [])
  }

  @Test(.enabled(if: geteuid() == 0)) func `what root makes belongs to the owner of the state`() throws {
    let provider = try Provider()
    try #require(mkdir(provider.state, 0o700) == 0 && chown(provider.state, 65_534, 65_534) == 0)
    let token = try provider.done("enrol-token", "create")
    #expect(token.split(separator: ".").count == 3)
    let out = provider.directory.path + "/claim"
    try provider.done("enrol-token", "claim", "--uses", "1", "--hours", "1", "--out", out)
    // The owner of the directory; what others asked for elsewhere is theirs.
    let found = try provider.run("find", [provider.state, "-printf", "%u:%g %p\n"]).text.split(
      separator: "\n")
    #expect(found.count > 4)
    #expect(found.allSatisfy { $0.hasPrefix("nobody:nogroup ") }, "\(found)")
    var facts = stat()
    #expect(stat(out + "/claim.key", &facts) == 0 && facts.st_uid == 0)
  }

  @Test func `says once when the operators' keys cannot be read, and once when they can`() throws {
    let keys = "/tmp/kadomori-keys-\(UInt64.random(in: 0 ... .max))"
    defer { unlink(keys) }
    let provider = try Provider("operator_keys: \(keys)")
    func write(_ text: String) throws { try text.write(toFile: keys, atomically: true, encoding: .utf8) }
    let made = try provider.run(CollectorProgram.path, ["command-key", "create", "--out", "key"])
    try #require(made.status == 0)
    let entry = try provider.run(CollectorProgram.path, ["command-key", "show", "key"]).text
    try write("[\(entry)]")
    try provider.start()
    try write("nonsense")
    try provider.logged("no operator's key can be read")
    _ = try provider.gateway("gw")
    try write("[\(entry)]")
    try provider.logged("the operators' keys can be read again")
    #expect(provider.log.components(separatedBy: "no operator's key can be read").count == 2)
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
