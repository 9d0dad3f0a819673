import BrokerFixture
import Certificates
import Cryptography
import Enrolment
import FleetContract
import FleetStore
import Glibc
import MQTTClient
import Posture
import Testing

/// A collector's enrolment in a directory of its own.
final class Office {
  static let collector = "kadomori-collector-test"

  let directory: TemporaryDirectory
  let room: CertificateRoom
  let store: FleetStore
  let desk: EnrolmentDesk
  private var number = 0

  init(lifetime: Duration = .seconds(90 * 86_400), backdating: Duration = .seconds(86_400)) throws {
    directory = try TemporaryDirectory()
    room = try CertificateRoom(state: directory.path, issuer: nil, now: Office.now)
    store = try FleetStore.open(directory.path + "/" + FleetStore.fileName)
    try room.furnish(collector: Office.collector, names: ["localhost", "127.0.0.1"], now: Office.now)
    try room.writeLists(store, collectors: [Office.collector], now: Office.now)
    desk = EnrolmentDesk(
      room, store: store,
      terms: EnrolmentDesk.Terms(
        broker: .init(host: "127.0.0.1", port: 8883, name: "localhost"), lifetime: lifetime,
        backdating: backdating), operators: { [] })
  }

  static var now: WallTime { WallTime(milliseconds: Int64(time(nil)) * 1000) }

  /// Makes a token that lasts for a time from now.
  func token(lasting seconds: Int64 = 3600, group: String? = nil) throws -> EnrolmentToken {
    let token = try #require(
      EnrolmentToken(
        id: Base32.encode(try Digest.random(5)), secret: Base32.encode(try Digest.random(20)), pin: room.pin))
    let now = Office.now
    try store.add(
      EnrolmentGrant(
        id: token.id, kind: .token, group: group, created: now,
        expires: WallTime(milliseconds: now.milliseconds + seconds * 1000), usesLeft: 1),
      secretHash: Digest.sha256(Array(token.secret.utf8)))
    return token
  }

  func request(_ key: KeyPair, _ token: EnrolmentToken) throws -> EnrolmentRequest {
    EnrolmentRequest(csr: String(decoding: try key.signingRequest(), as: UTF8.self), token: token.credential)
  }

  func refusal(_ answer: EnrolmentDesk.Answer) -> EnrolmentRefusal.Reason? {
    guard case .failure(let refusal) = answer else { return nil }
    return refusal.document.error
  }

  /// Enrols a new gateway and keeps its files.
  func gateway(_ key: KeyPair? = nil) throws -> Gateway {
    let key = try key ?? KeyPair()
    let answer = try desk.enrol(request(key, token()), from: "192.0.2.1", now: Office.now).get()
    return try keep(key, certificate: answer.certificate, id: #require(GatewayID(answer.gateway)))
  }

  func keep(_ key: KeyPair, certificate: String, id: GatewayID) throws -> Gateway {
    number += 1
    return Gateway(
      id: id, key: key, certificate: certificate,
      files: (
        try directory.write("gw\(number).crt", certificate),
        try directory.write("gw\(number).key", String(decoding: try key.privatePEM(), as: UTF8.self))
      ))
  }

  struct Gateway {
    var id: GatewayID
    var key: KeyPair
    var certificate: String
    var files: (certificate: String, key: String)
  }

  /// The broker with the lists of this office.
  func broker() throws -> Broker {
    let files = room.files
    return try Broker(listener: { port, _ in
      """
      user root
      listener \(port) 127.0.0.1
      cafile \(files.authorities)
      certfile \(files.server)
      keyfile \(files.serverKey)
      crlfile \(files.revocations)
      require_certificate true
      use_identity_as_username true
      use_username_as_clientid true
      allow_anonymous false
      acl_file \(files.accessList)
      max_packet_size 2097152

      """
    })
  }

  /// Connects with a certificate, under any client name.
  func connect(
    _ broker: Broker, _ files: (certificate: String, key: String), named name: String = "x"
  ) throws -> Pump {
    try Pump(
      MQTTConfiguration(
        clientID: name, cleanStart: true,
        security: MQTTSecurity(
          authorities: room.files.authorities, certificate: files.certificate, key: files.key,
          serverName: "localhost")), to: broker.port)
  }

  func connected(
    _ broker: Broker, _ files: (certificate: String, key: String), named name: String = "x"
  ) throws -> Pump {
    let pump = try connect(broker, files, named: name)
    let event = try pump.wait {
      switch $0 {
      case .connected, .refused, .disconnected: true
      default: false
      }
    }
    guard case .connected = event else { throw FixtureError("not connected: \(event)") }
    return pump
  }

  func collector(_ broker: Broker) throws -> Pump {
    try connected(broker, (room.files.collector, room.files.collectorKey), named: Office.collector)
  }
}
