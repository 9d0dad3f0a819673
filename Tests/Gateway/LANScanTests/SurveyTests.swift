import Addresses
import Identify
import LANScan
import Posture
import Testing

/// A device made of values: answers the survey's actions, and counts what it was sent.
private struct ScriptedDevice {
  /// What a TCP port says when a connection is made; a port that is not here refuses.
  var greetings: [UInt16: [UInt8]] = [:]
  /// What it says on a port once it was asked something.
  var answers: [UInt16: [UInt8]] = [:]
  /// What it answers to the datagram probe of a name.
  var datagrams: [String: [UInt8]] = [:]
  /// How many of the first SYNs to each port get lost.
  var lost = 0
  var asked: [UInt16: Int] = [:]
  /// Nothing is answered at all.
  var isSilent = false
  var received: [UInt16: [UInt8]] = [:]
  var mostConnections = 0
}

/// Runs a survey on a clock of its own until it has finished.
private struct Run {
  var survey: Survey
  var devices: [IPAddress: ScriptedDevice]
  var now: Duration = .seconds(100)
  var sent: [(time: Duration, address: IPAddress)] = []
  var verified: [IPAddress] = []
  /// Whether the loop turns all the time, as it does when answers pour in, and not only when it is time.
  var isBusy = false
  private var open: [Survey.ConnectionID: Endpoint] = [:]

  init(_ survey: Survey, _ devices: [IPAddress: ScriptedDevice]) {
    self.survey = survey
    self.devices = devices
    for address in devices.keys.sorted() {
      self.survey.add(address, of: MACAddress(octets: [2, 0] + address.octets.suffix(4)) ?? .zero)
    }
  }

  mutating func finish(aliveOnVerify: Bool = true) throws {
    for _ in 0..<200_000 {
      for action in survey.advance(now: now) { perform(action, aliveOnVerify) }
      if survey.isFinished { return }
      // The survey may have work at once for what an event changed.
      now = isBusy ? now + .milliseconds(1) : max(now + .microseconds(100), survey.wakeAt ?? now)
    }
    Issue.record("the survey does not end")
  }

  private mutating func perform(_ action: Survey.Action, _ aliveOnVerify: Bool) {
    switch action {
    case .connect(let id, let endpoint):
      sent.append((now, endpoint.address))
      guard var device = devices[endpoint.address], !device.isSilent else { return }
      device.asked[endpoint.port, default: 0] += 1
      devices[endpoint.address] = device
      if endpoint.port % 5 == 2, device.asked[endpoint.port] ?? 0 <= device.lost { return }
      guard let greeting = device.greetings[endpoint.port] else { return survey.refused(id, now: now) }
      open[id] = endpoint
      device.mostConnections = max(
        device.mostConnections, open.values.count { $0.address == endpoint.address })
      devices[endpoint.address] = device
      survey.opened(id, now: now)
      if !greeting.isEmpty { survey.received(id, greeting, now: now) }
    case .send(let id, let bytes):
      guard let endpoint = open[id] else { return }
      devices[endpoint.address]?.received[endpoint.port, default: []] += bytes
      if let answer = devices[endpoint.address]?.answers[endpoint.port] {
        survey.received(id, answer, now: now)
        survey.closed(id, now: now)
      }
    case .secure(let id):
      if open[id] != nil { survey.closed(id, now: now) }
    case .close(let id): open[id] = nil
    case .datagram(let address, let probe):
      sent.append((now, address))
      if let answer = devices[address]?.datagrams[probe.name] {
        survey.received(datagram: answer, from: address, port: probe.port)
      }
    case .verify(let address):
      verified.append(address)
      if aliveOnVerify { survey.alive(address) }
    }
  }
}

@Suite struct SurveyTests {
  private func address(_ last: UInt32) -> IPAddress { .v4(IPv4Address(bits: 0xc000_0200 + last)) }
  private let ssh = Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)

  @Test func findsOpenPortsAndNamesThemByTheirAnswer() throws {
    let device = ScriptedDevice(greetings: [2222: ssh, 23: [0xff, 0xfd, 0x01]])
    var run = Run(
      Survey(ports: [22, 23, 80, 2222], probes: [], politeness: Politeness()), [address(1): device])
    try run.finish()
    let services = try #require(run.survey.results[address(1)]?.services)
    #expect(services.mapValues(\.protocol) == [.tcp(2222): .ssh, .tcp(23): .telnet])
  }

  /// What the description of the UPnP Device Architecture 1.1, section 2.3, holds, in that order.
  private let description = Array(
    """
    HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<?xml version="1.0"?>
    <root xmlns="urn:schemas-upnp-org:device-1-0"><device>
    <deviceType>urn:schemas-upnp-org:device:DigitalSecurityCamera:1</deviceType>
    <friendlyName>Gate</friendlyName><manufacturer>Example</manufacturer><modelName>C1</modelName>
    <UDN>uuid:5F9EC1B3-ED59-79BB-4530-745E94B7C4A1</UDN></device></root>
    """.utf8)

  private func searched(_ location: String) -> [UInt8] {
    Array(
      """
      HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:5f9ec1b3-ed59-79bb-4530-745e94b7c4a1::upnp:rootdevice\r
      LOCATION: \(location)\r\n\r\n
      """.utf8)
  }

  @Test func readsTheDescriptionThatTheDevicePointsTo() throws {
    let device = ScriptedDevice(
      greetings: [4567: []], answers: [4567: description],
      datagrams: ["ssdp": searched("http://192.0.2.1:4567/d.xml")])
    let probes = DatagramProbe.all.filter { $0.name == "ssdp" }
    var run = Run(Survey(ports: [80], probes: probes, politeness: Politeness()), [address(1): device])
    run.isBusy = true
    try run.finish()
    let services = try #require(run.survey.results[address(1)]?.services)
    let facts = try #require(services[.udp(1900)]?.facts)
    #expect(facts[.name] == "Gate" && facts[.vendor] == "Example" && facts[.product] == "C1")
    #expect(facts[.type] == "urn:schemas-upnp-org:device:DigitalSecurityCamera:1")
    #expect(facts[.uuid] == "5f9ec1b3-ed59-79bb-4530-745e94b7c4a1")
    #expect(services[.tcp(4567)]?.protocol == .upnp)
    let asked = String(decoding: run.devices[address(1)]?.received[4567] ?? [], as: UTF8.self)
    #expect(asked.hasPrefix("GET /d.xml HTTP/1.1\r\n") && asked.split(separator: "GET ").count == 1)
  }

  /// A device cannot send us to another one, to a printer's port or to a controller.
  @Test(arguments: [
    "http://192.0.2.2:4567/d.xml", "http://192.0.2.1:9100/d.xml", "http://192.0.2.1:502/d.xml",
    "https://192.0.2.1:4567/d.xml", "http://gate.example:4567/d.xml", "http://192.0.2.1:0/d.xml",
    "http://192.0.2.1:4567/d xml", "http://user@192.0.2.1:4567/d.xml",
  ])
  func aDescriptionElsewhereIsNotFetched(location: String) throws {
    let open = Dictionary(uniqueKeysWithValues: [UInt16(502), 4567, 9100].map { ($0, [UInt8]()) })
    let device = ScriptedDevice(greetings: open, datagrams: ["ssdp": searched(location)])
    let probes = DatagramProbe.all.filter { $0.name == "ssdp" }
    var run = Run(
      Survey(ports: [80], probes: probes, politeness: Politeness()),
      [address(1): device, address(2): ScriptedDevice(greetings: open)])
    run.isBusy = true
    try run.finish()
    #expect(run.devices.values.allSatisfy { $0.received.isEmpty })
    #expect(run.survey.results[address(1)]?.services.keys.sorted() == [.udp(1900)])
  }

  @Test func neverMoreThanTheLimitsInAnySecond() throws {
    let devices = (1...60).map { (address($0), ScriptedDevice(greetings: [22: ssh, 80: []])) }
    let ports = Array(UInt16(1)...120)
    // So many at once that the devices' own limits do not keep the LAN's.
    var politeness = Politeness()
    politeness.devicesAtOnce = 60
    var run = Run(
      Survey(ports: ports, probes: [], politeness: politeness), Dictionary(uniqueKeysWithValues: devices))
    run.isBusy = true
    try run.finish()
    func most(_ times: [Duration]) -> Int {
      var start = 0
      return times.indices.reduce(0) { most, end in
        while times[end] - times[start] >= .seconds(1) { start += 1 }
        return max(most, end - start + 1)
      }
    }
    #expect(most(run.sent.map(\.time)) <= 1000)
    for (address, times) in Dictionary(grouping: run.sent, by: \.address) {
      #expect(most(times.map(\.time)) <= 40, "\(address)")
    }
    #expect(run.sent.count >= 60 * 120)
  }

  /// Printers print what they receive on their raw ports.
  @Test func notAByteGoesToPrinterPorts() throws {
    let device = ScriptedDevice(greetings: Dictionary(uniqueKeysWithValues: (9100...9107).map { ($0, []) }))
    var run = Run(
      Survey(ports: Array(9098...9110), probes: [], politeness: Politeness()), [address(1): device])
    try run.finish()
    #expect(run.devices[address(1)]?.received.isEmpty == true)
    #expect(run.survey.results[address(1)]?.services[.tcp(9100)]?.protocol == .unknown)
  }

  /// A controller with an industrial port gets one connection at a time, on all of its ports.
  @Test func oneConnectionAtATimeToIndustrialEquipment() throws {
    let device = ScriptedDevice(greetings: [502: [], 80: [], 22: ssh, 443: [], 8080: []])
    var run = Run(
      Survey(ports: [80, 22, 443, 8080, 502, 102], probes: [], politeness: Politeness()), [address(1): device]
    )
    try run.finish()
    #expect(run.devices[address(1)]?.mostConnections == 1)
    #expect(run.survey.results[address(1)]?.services.count == 5)
  }

  @Test func aDeviceThatVanishesIsLeftAloneAndReported() throws {
    let ports = Array(UInt16(1000)...1200)
    var run = Run(
      Survey(ports: ports, probes: [], politeness: Politeness()), [address(1): ScriptedDevice(isSilent: true)]
    )
    try run.finish(aliveOnVerify: false)
    #expect(run.survey.results[address(1)]?.remarks == [.stoppedAnswering])
    #expect(run.sent.count < 100, "it went on asking a device that was gone")
    #expect(run.verified == [address(1)])
  }

  /// A device that takes every connection and never says a word is not asked on all ports.
  @Test func aDeviceThatAcceptsEverythingIsGivenUp() throws {
    let ports = Array(UInt16(1000)...1150) + [502]
    let device = ScriptedDevice(greetings: Dictionary(uniqueKeysWithValues: ports.map { ($0, []) }))
    var run = Run(Survey(ports: ports, probes: [], politeness: Politeness()), [address(1): device])
    let begin = run.now
    try run.finish()
    let result = try #require(run.survey.results[address(1)])
    #expect(result.remarks == [.acceptsEverything])
    #expect(result.services.count < 24)
    #expect(run.now - begin < .seconds(60))
  }

  @Test func aDeviceThatOnlyDropsIsAskedToTheEnd() throws {
    let ports = Array(UInt16(1000)...1100)
    var run = Run(
      Survey(ports: ports, probes: [], politeness: Politeness()), [address(1): ScriptedDevice(isSilent: true)]
    )
    try run.finish(aliveOnVerify: true)
    #expect(run.survey.results[address(1)]?.remarks == [])
    #expect(run.sent.count == 2 * ports.count)
  }

  /// A device that refuses what is closed and is silent on a port has lost packets: it is asked more often.
  @Test(arguments: [0, 1, 2, 3])
  func lossHidesNoPort(lost: Int) throws {
    let device = ScriptedDevice(greetings: [22: ssh, 502: [], 2222: ssh], lost: lost)
    var run = Run(
      Survey(
        ports: Array(20...60) + [502, 102, 1911, 2404, 4840, 20_000, 2222], probes: [],
        politeness: Politeness()),
      [address(1): device])
    run.isBusy = true
    try run.finish()
    #expect(run.survey.results[address(1)]?.services.keys.sorted() == [.tcp(22), .tcp(502), .tcp(2222)])
    #expect(run.devices[address(1)]?.mostConnections == 1, "502 is known before anything else is opened")
  }

  /// However many addresses a device has, it is one device.
  @Test func aliasesShareTheLimitsOfTheirDevice() throws {
    var survey = Survey(ports: Array(1...60), probes: [], politeness: Politeness())
    let device = MACAddress(bits: 7)
    for last in UInt32(1)...6 { survey.add(address(last), of: device) }
    var now = Duration.seconds(10)
    var times: [Duration] = []
    while !survey.isFinished, now < .seconds(60) {
      for action in survey.advance(now: now) {
        guard case .connect(let id, _) = action else { continue }
        times.append(now)
        survey.refused(id, now: now)
      }
      now = max(now + .microseconds(100), survey.wakeAt ?? now)
    }
    #expect(times.count == 360)
    for start in times { #expect(times.count { $0 >= start && $0 < start + .seconds(1) } <= 40) }
  }

  /// A SYN to an industrial port gets lost: it is asked again before anything else is opened.
  @Test func aLostSYNDoesNotMakeAControllerAComputer() throws {
    var survey = Survey(ports: [502, 22, 80, 443, 8080, 21, 25], probes: [], politeness: Politeness())
    survey.add(address(1), of: MACAddress(bits: 1))
    var now = Duration.seconds(10)
    var open: Set<Survey.ConnectionID> = []
    var most = 0
    var isFirst = true
    while !survey.isFinished, now < .seconds(90) {
      for action in survey.advance(now: now) {
        switch action {
        case .connect(let id, let endpoint):
          if endpoint.port == 502, isFirst {
            isFirst = false
            continue
          }
          open.insert(id)
          most = max(most, open.count)
          survey.opened(id, now: now)
        case .close(let id): open.remove(id)
        default: break
        }
      }
      now = max(now + .microseconds(100), survey.wakeAt ?? now)
    }
    #expect(survey.isFinished && most == 1)
  }

  /// A service that says one byte at a time, for ever, costs a bounded time.
  @Test func aSlowDripEnds() throws {
    var survey = Survey(ports: [9999], probes: [], politeness: Politeness())
    survey.add(address(1), of: MACAddress(bits: 1))
    var now = Duration.seconds(1)
    var live: Set<Survey.ConnectionID> = []
    while !survey.isFinished, now < .seconds(60) {
      for action in survey.advance(now: now) {
        switch action {
        case .connect(let id, _):
          live.insert(id)
          survey.opened(id, now: now)
        case .close(let id): live.remove(id)
        default: break
        }
      }
      now += .milliseconds(50)
      for id in live { survey.received(id, [0x41], now: now) }
    }
    #expect(survey.isFinished && now < .seconds(15))
    #expect(live.isEmpty)
  }
}
