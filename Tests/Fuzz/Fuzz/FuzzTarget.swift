import Addresses
import Agent
import Capture
import Classify
import Exposures
import Firewall
import FleetContract
import FoundationEssentials
import Identify
import LANScan
import LinuxIO
import Listening
import LocalControl
import MUD
import Markup
import Packets
import Patterns
import Posture
import Recog
import Recognition
import Settings
import Sightings
import Traits

/// Every parser of bytes that somebody else made, by name.
enum FuzzTarget {
  static let all: [String: @Sendable ([UInt8]) -> Void] = [
    "arp": { _ = ARPPacket(frame: $0) },
    "capture": capture,
    "command": command,
    "conversation": conversation,
    "datagram": datagram,
    "description": { UPnPDescription.facts($0).values.forEach(expectClean) },
    "enrolment": enrolment,
    "envelope": envelope,
    "firewall": firewall,
    "frames": frames,
    "greeting": greeting,
    "http": http,
    "letter": letter,
    "leases": {
      _ = DHCPLease.leases(in: $0, now: WallTime(milliseconds: 1_700_000_000_000)).map(\.duid)
    },
    "mappings": mappings,
    "markup": { bytes in try? Markup.read(bytes) { _ in } },
    "model": { _ = try? Model(bytes: $0).classify([Trait(.frame, "800")]) },
    "mud": mud,
    "page": page,
    "pattern": pattern,
    "policy": policy,
    "profiles": profiles,
    "posture": { _ = try? JSONDecoder().decode(PostureReport.self, from: Data($0)) },
    "recog": recog,
    "records": records,
    "ruleset": ruleset,
    "sockets": sockets,
    "texts": texts,
    "settings": { bytes in _ = try? Node(yaml: bytes, file: "f").read(AgentConfiguration.format) },
    "vendors": vendors,
    "campaigns": campaigns, "wide-scan": wideScan,
    "web": web,
  ]

  private static let host = IPAddress.v4(IPv4Address(bits: 0xc000_0205))

  /// What is kept of a device's words steers no terminal and has a bound.
  private static func expectClean(_ text: String) {
    precondition(text.unicodeScalars.count <= Text.limit && text == Text.clean(text), "a text is not clean")
  }

  private static func expectClean(_ found: Identification) {
    precondition(found.announced.count <= Identification.announcementLimit, "too many announcements")
    [found.product, found.version].compactMap(\.self).forEach(expectClean)
    found.facts.values.forEach(expectClean)
    found.announced.forEach { $0.facts.values.forEach(expectClean) }
  }

  /// Every frame of a capture, as if it came from the device that sends the first.
  private static func capture(_ bytes: [UInt8]) {
    guard let capture = try? Capture(bytes), let first = capture.entries.first else { return }
    var collector = TraitCollector(device: first.frame.source)
    for entry in capture.entries.prefix(256) { collector.hear(entry.frame) }
    precondition(collector.traits.count <= TraitCollector.limit, "too many traits")
  }

  /// The payload of a topic for commands, and the bytes that would be signed.
  private static func command(_ bytes: [UInt8]) {
    guard let gateway = GatewayID("gw-abcdefghij234567"), let id = TopicName("c-1"),
      let key = OperatorKey(publicKey: [UInt8](repeating: 7, count: 32))
    else { return }
    let judge = CommandJudge(gateway: gateway, keys: [key], policy: CommandPolicy())
    let clock = CommandClock(
      wall: WallTime(milliseconds: 1_790_000_000_000), isSynchronised: true, sinceBoot: .zero)
    let accepted = try? judge.judge(
      bytes, on: .scan, id, memory: CommandMemory(), nonces: NonceBook(), clock: clock)
    precondition(accepted == nil, "nobody has signed that")
    if let document = try? CommandDocument(bytes: bytes) {
      precondition(
        (try? CommandDocument(bytes: document.bytes())) == document, "a command changes when written")
    }
    _ = try? OperatorKey.list(bytes)
  }

  /// A peer that says the input, in pieces that twice 0xfe divides, an empty one for silence: the first two
  /// bytes are the port.
  private static func conversation(_ bytes: [UInt8]) {
    guard bytes.count >= 2 else { return }
    var pieces = bytes.dropFirst(2).split(separator: [0xfe, 0xfe], omittingEmptySubsequences: false)[...]
    var conversation = Conversation(
      host: host, port: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), asGuest: bytes[0] & 1 == 1)
    var step = conversation.opened()
    for _ in 0..<4096 {
      switch step {
      case .finished(let found): return expectClean(found)
      case .reconnect: step = conversation.opened()
      case .secure: step = pieces.popFirst() == nil ? conversation.closed() : conversation.secured()
      case .send, .wait:
        let piece = pieces.popFirst() ?? []
        step = piece.isEmpty ? conversation.silence() : conversation.received(Array(piece))
      }
    }
    preconditionFailure("a conversation does not end")
  }

  private static func datagram(_ bytes: [UInt8]) {
    for probe in DatagramProbe.all + DatagramProbe.asGuest {
      if case .identified(let found) = probe.read(bytes) { expectClean(found) }
      if let next = probe.next?(bytes) { _ = next.request((host, 40_000)) }
    }
  }

  private static func envelope(_ bytes: [UInt8]) {
    guard let gateway = GatewayID("gw-aaaaaaaaaaaaaaaa") else { return }
    _ = try? Envelope<StatusBody>(payload: bytes, from: gateway)
    _ = try? Envelope<FindingEvent>(payload: bytes, from: gateway)
  }

  /// Frames as they come on a LAN, each behind its length.
  private static func frames(_ bytes: [UInt8]) {
    var hearing = Hearing()
    var rest = bytes[...]
    while let length = rest.popFirst() {
      let frame = Array(rest.prefix(Int(length) * 2))
      rest = rest.dropFirst(frame.count)
      guard let whole = EthernetFrame(frame[...]) else { continue }
      _ = ICMPv6Message(whole)
      _ = hearing.hear(whole, now: .zero)
    }
    for heard in hearing.devices.values {
      heard.facts.values.forEach(expectClean)
      precondition(heard.traits.count <= TraitCollector.limit, "too many traits")
    }
  }

  private static func greeting(_ bytes: [UInt8]) {
    for port in [UInt16(17), 37, 5683, 80] {
      for ended in [false, true] {
        if case .identified(let found) = Greeting.read(bytes, port: port, ended: ended) { expectClean(found) }
      }
    }
  }

  private static func http(_ bytes: [UInt8]) {
    guard let answer = HTTPAnswer(bytes, ended: true) else { return }
    _ = answer.facts
    _ = answer.hasWholeTitle
  }

  private static func mud(_ bytes: [UInt8]) {
    guard let file = try? MUDFile(bytes, name: "f") else { return }
    for port in [Port.tcp(23), .tcp(80), .udp(5353)] { _ = file.need(of: port) }
    precondition(file.openings.count <= 8192, "more openings than entries can make")
  }

  /// The pattern is the first line, and the rest is matched.
  private static func pattern(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false)
    guard let pattern = try? Pattern(String(decoding: lines[0], as: UTF8.self)) else { return }
    _ = pattern.firstMatch(in: Array(lines.dropFirst().first?.prefix(256) ?? []))
  }

  private static func recog(_ bytes: [UInt8]) {
    for fingerprint in RecogFile(name: "f.xml", bytes).fingerprints.prefix(4) {
      for case .bytes(let text) in fingerprint.examples.prefix(4).map(\.content) {
        _ = fingerprint.fields(of: text)
      }
    }
    let (base, _) = RecogBase.load(files: [(name: "f.xml", bytes: bytes)])
    for key in base.keys.prefix(4) { _ = base.match("some text 1.2", as: key) }
  }

  /// What miniupnpd and other gateways tell of port mappings.
  private static func mappings(_ bytes: [UInt8]) {
    let host = Endpoint(Self.host, 5000)
    _ = LeaseFile.places(configuration: bytes)
    _ = LeaseFile.service(configuration: bytes)
    _ = PortMappingService.refusal(bytes)
    _ = TrackedFlow.flows(bytes)
    _ = SocketUnit.ports(bytes)
    var sockets = RoomSockets()
    sockets.add(bytes, .tcp)
    sockets.add(trie: bytes, version6: bytes)
    _ = sockets.ends
    if let service = PortMappingService(description: bytes, of: host) {
      for request in [service.request(entry: 0, to: host), service.request(deleting: .tcp(1), to: host)] {
        let lines = request.split(separator: 0x0a)
        precondition(lines.count { $0.starts(with: "Host:".utf8) } == 1, "a request is smuggled")
      }
    }
    var found = LeaseFile.mappings(bytes) + LeaseFile.pinholes(bytes)
    if case .mapping(let mapping) = PortMappingService.answer(bytes) { found.append(mapping) }
    precondition(found.count <= 2 * Mapping.limit + 1, "too many mappings")
    found.compactMap(\.description).forEach(expectClean)
  }

  /// Rules of whoever made them, walked from both sides of a gateway.
  private static func ruleset(_ bytes: [UInt8]) {
    var use = ObservedUse(seconds: 1)
    use.add(set: bytes)
    var ruleset = (try? Ruleset(json: bytes)) ?? Ruleset()
    ruleset.add(iptables: bytes, version6: false)
    var survey = ExposureSurvey(
      GatewayNetwork(
        wan: [.init(name: "wan0", index: 2, addresses: [host])],
        lan: [.init(name: "lan0", index: 3, addresses: [.v6(IPv6Address(bits: 1 << 125))])],
        forwardsVersion6: true))
    survey.ruleset = ruleset
    let any = IPAddress.v6(IPv6Address(bits: 0))
    survey.sockets = [ListedSocket(address: any, port: .tcp(22), peer: Endpoint(any, 0), takesVersion4: true)]
    let ports = survey.exposures { _, _, _ in (.unknown, nil) }
    precondition(PlanMaker(use: use).entries(for: ports).count == ports.count, "a port has no entry")
  }

  private static func sockets(_ bytes: [UInt8]) {
    var found: [ListedSocket] = []
    _ = try? SocketTable.parse(bytes, .udp, into: &found)
    precondition(found.count <= bytes.count / 72, "more sockets than there are bytes for")
  }

  private static func vendors(_ bytes: [UInt8]) {
    var prefixes = VendorPrefixes(of: [
      MACAddress(bits: 0x70b3_d571_9abc), MACAddress(bits: 0x00c0_b734_0034),
    ])
    for line in bytes.split(separator: 0x0a) { prefixes.read(line) }
    _ = prefixes.vendor(of: MACAddress(bits: 0x70b3_d571_9abc))
  }
}
