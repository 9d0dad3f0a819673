import BrokerFixture
import FleetContract
import Glibc
import MQTTClient
import Posture
import Sending
import Testing

/// Notes for pages, over a real mosquitto.
@Suite(.timeLimit(.minutes(3))) struct PageChannelTests {
  private static let gateway = "gw-abcdefghij234567"
  private static let topic = "kadomori/v1/\(gateway)/note/n-0123"

  private func notice(isSafe: Bool = false, finding: String = "telnet-open:dev-a:tcp/23") -> OutgoingNotice {
    var notice = OutgoingNotice(
      number: 1, gateway: Self.gateway, finding: finding, recipient: "Hanako, 1-1 Chiyoda",
      subject: "Please look at your camera", lines: ["It is open."], language: "en",
      queued: WallTime(milliseconds: 0))
    notice.proof = OutgoingNotice.Proof(code: "04829133", note: "n-0123", isSafe: isSafe)
    return notice
  }

  private func channel(_ port: UInt16) -> PageChannel {
    PageChannel(
      to: .at(.ip("127.0.0.1", port: port)), as: MQTTConfiguration(clientID: "kadomori-collector-a-notes"))
  }

  @Test func `a gateway gets a number and what it is about, and nothing else`() throws {
    let broker = try Broker()
    let tap = try ContractTap(on: broker.port)
    let household = try Pump.connected(Self.gateway, to: broker.port)
    try household.subscribe("kadomori/v1/\(Self.gateway)/note/+")
    let channel = channel(broker.port)
    let gateway = try #require(GatewayID(Self.gateway))
    for (isSafe, state) in [(false, NoteBody.State.open), (true, .safe)] {
      #expect(channel.send(notice(isSafe: isSafe)) == .sent("the broker has it"))
      let message = try household.message(on: Self.topic)
      let note = try Envelope<NoteBody>(payload: message.payload, from: gateway).body
      #expect(
        note.notice
          == NoteBody.Notice(state: state, findings: ["telnet-open:dev-a:tcp/23"], code: "04829133"))
      #expect(note.expires != nil)
      #expect(message.qos == .atLeastOnce && !message.retained)
      let expiry = try #require(message.expiry)
      #expect(expiry > .seconds(29 * 86_400) && expiry <= .seconds(30 * 86_400))
      let text = String(decoding: message.payload, as: UTF8.self)
      #expect(!text.contains("Hanako") && !text.contains("camera") && !text.contains("open."))
    }
    #expect(try tap.violations() == [])
    // Who subscribes later is told nothing: the broker keeps it for those alone whom it knows.
    let late = try Pump.connected("late", to: broker.port)
    try late.subscribe("kadomori/v1/#")
    try late.session.publish(MQTTMessage(topic: "kadomori/v1/end", payload: []))
    let first = try late.wait { if case .message = $0 { true } else { false } }
    guard case .message(let end) = first else { return }
    #expect(end.topic == "kadomori/v1/end")
  }

  @Test func `what did not arrive for certain can be tried again, and all others are told at once`() throws {
    let nobody = try freePort()
    let away = channel(nobody)
    for _ in 0..<1000 {
      guard case .later(let problem) = away.send(notice()) else {
        Issue.record("it was not put off")
        return
      }
      #expect(!problem.isEmpty)
    }
    let broker = try Broker()
    #expect(channel(broker.port).send(notice()) == .later("the broker keeps nothing for this gateway now"))
    let long = String(repeating: "x", count: 65)
    guard case .refused = channel(broker.port).send(notice(finding: long)) else {
      Issue.record("no gateway would have taken it")
      return
    }
  }

  @Test func `a broker that gives no right is not taken for one that delivered`() throws {
    let directory = try TemporaryDirectory()
    let list = try directory.write("acl", "topic read #\n")
    let broker = try Broker("acl_file \(list)")
    let household = try Pump.connected(Self.gateway, to: broker.port)
    try household.subscribe("kadomori/v1/#")
    guard case .later(let problem) = channel(broker.port).send(notice()) else {
      Issue.record("it was not put off")
      return
    }
    #expect(problem.contains("does not take") && problem.contains(Self.topic), "\(problem)")
  }

  /// A peer that takes the message, and is gone before it says so or falls silent.
  @Test(arguments: ["", "peer.recv(65536)"])
  func `nobody knows whether a note arrived whose acknowledgement is lost`(_ end: String) throws {
    let directory = try TemporaryDirectory()
    let script = """
      import os, socket, sys
      server = socket.create_server(("127.0.0.1", 0))
      with open(sys.argv[1] + ".new", "w") as file: file.write(str(server.getsockname()[1]))
      os.rename(sys.argv[1] + ".new", sys.argv[1])
      peer, _ = server.accept()
      peer.recv(65536)
      peer.sendall(bytes([0x20, 3, 0, 0, 0]))
      peer.recv(65536)
      \(end)
      """
    let peer = try ChildProgram("python3", ["-c", script, directory.path + "/port"])
    defer { peer.kill(SIGKILL) }
    var port: UInt16?
    for _ in 0..<3000 where port == nil {
      port = UInt16(directory.read("port"))
      if port == nil { poll(nil, 0, 10) }
    }
    let channel = channel(try #require(port))
    guard case .unknown = channel.send(notice()) else {
      Issue.record("it may have arrived")
      return
    }
    guard case .later = channel.send(notice()) else {
      Issue.record("the next was not put off")
      return
    }
  }
}
