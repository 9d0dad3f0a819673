import Addresses
import Cryptography
import FleetContract
import LinuxIO
import Pacing
import Restoration
import Testing

@Suite struct HintTests {
  private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  @Test func `one address gets no more than its share, and everybody no more than there is`() throws {
    var budget = HintBudget()
    let one = try Self.address("192.0.2.1")
    let taken = (0..<100).count { _ in budget.take(one, now: .seconds(1)) }
    #expect(taken == HintBudget.mostOfOne)
    let another = budget.take(try Self.address("192.0.2.2"), now: .seconds(1))
    let later = budget.take(one, now: .seconds(2))
    #expect(another && later)
    // Addresses of one IPv6 network are one household's.
    let six = try (0..<100).map { try Self.address("2001:db8::\(String($0, radix: 16))") }
    let ofOneNetwork = six.count { budget.take($0, now: .seconds(3)) }
    #expect(ofOneNetwork == HintBudget.mostOfOne)
    let many = (0..<60_000).count { bits in
      budget.take(.v4(IPv4Address(bits: 0x0a00_0000 + UInt32(bits))), now: .seconds(4))
    }
    #expect(many == HintBudget.most)
  }

  @Test
  func `asked by a socket, it answers with the group's policy, and with nothing longer than the question`()
    async throws
  {
    let server = try HintServer(on: Endpoint(try Self.address("127.0.0.1"), 0))
    let group = try #require(TopicName("area-1"))
    let policy = AreaPolicy(version: 7, windowSeconds: 600)
    let terms = PaceDesk.Terms(
      fleet: FleetTerms(capacity: 10), place: PolicyHint.Place("collector.example:8444"))
    let key = try SigningKey()
    let payload = try PaceDesk.payload(group, policy, terms, key)
    server.answer(group, with: payload)
    server.answer(try #require(TopicName("long")), with: [UInt8](repeating: 0, count: 641))
    let task = Task { try await server.run() }
    defer { task.cancel() }
    let socket = try UDPStream.connect(to: server.address)
    func ask(_ bytes: [UInt8]) throws { _ = try socket.write(bytes) }
    // None of these is answered, so the first answer is that to the last.
    try ask(Array(PolicyHint.request(for: group).dropLast()))
    try ask(PolicyHint.request(for: group) + [0])
    try ask([UInt8](repeating: 0, count: PolicyHint.requestBytes))
    try ask(PolicyHint.request(for: try #require(TopicName("elsewhere"))))
    try ask(PolicyHint.request(for: try #require(TopicName("long"))))
    try ask(PolicyHint.request(for: group))
    let loop = EventLoop()
    var answer: [UInt8] = []
    let watch = loop.watch(socket, for: .read) { _ in
      answer = (try? socket.read(limit: 2000)) ?? []
      loop.stop()
    }
    let patience = loop.after(.seconds(20)) { loop.stop() }
    try loop.run()
    loop.cancel(watch)
    loop.cancel(patience)
    #expect(answer == payload)
    #expect(answer.count <= PolicyHint.requestBytes)
    #expect(server.totals.answered == 1)
    let clock = CommandClock(wall: Clocks.wall, isSynchronised: true, sinceBoot: .zero)
    let operators = [try #require(OperatorKey(publicKey: key.publicKey, use: .pace))]
    let document = try SignedPolicy.accept(answer, for: group, among: operators, known: nil, at: clock)
    #expect(document?.windowSeconds == 600 && document?.hint == terms.place)
  }
}
