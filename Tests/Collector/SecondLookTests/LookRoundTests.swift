import Addresses
import Campaigns
import Checks
import Identify
import Posture
import Profiles
import SecondLook
import Testing

private func known<Value>(_ value: Value?) -> Value {
  guard let value else { preconditionFailure("a sample is not valid") }
  return value
}

private let house = known(IPAddress("198.18.0.7"))
private let other = known(IPAddress("198.18.0.8"))

/// Plays everybody who is asked, without a network.
private struct Stage {
  var round: LookRound
  var now: Duration = .zero
  var connects: [(time: Duration, target: LookRound.Target)] = []
  var sent: [[UInt8]] = []
  var told: [IPAddress: [UInt16: LookRound.Answer]] = [:]
  private var open: [LookRound.ConnectionID: LookRound.Target] = [:]
  var mostOpen: [IPAddress: Int] = [:]

  init(_ targets: [LookRound.Target]) { round = LookRound(targets) }

  enum Manner {
    case answers(String)
    case silent
    case refuses
    case hangs
    /// Says one octet more each time, just before it would be given up.
    case mumbles
  }

  mutating func play(
    mayAsk: (LookRound.Target) -> Bool = { _ in true }, _ manner: (LookRound.Target) -> Manner
  )
    throws
  {
    var turns = 0
    while !round.isFinished {
      turns += 1
      guard turns < 10_000 else {
        Issue.record("it does not end")
        return
      }
      for action in round.advance(now: now, mayAsk: mayAsk) {
        switch action {
        case .connect(let id, let target):
          connects.append((now, target))
          open[id] = target
          let same = open.values.count { $0.address == target.address }
          mostOpen[target.address] = max(mostOpen[target.address] ?? 0, same)
          switch manner(target) {
          case .refuses: round.refused(id, now: now)
          case .hangs: break
          case .answers, .silent, .mumbles: round.opened(id, now: now)
          }
        case .send(let id, let bytes):
          sent.append(bytes)
          if let target = open[id], case .answers(let text) = manner(target) {
            round.received(id, Array(text.utf8), now: now)
            round.closed(id, now: now)
          }
        case .secure(let id): round.closed(id, now: now)
        case .close(let id): open[id] = nil
        case .told(let address, let answers): told[address] = answers
        }
      }
      guard let wakeAt = round.wakeAt else { continue }
      let mumbling = open.filter { if case .mumbles = manner($0.value) { true } else { false } }
      now = max(now + .milliseconds(1), wakeAt - (mumbling.isEmpty ? .zero : .milliseconds(1)))
      for id in mumbling.keys { round.received(id, [0x2e], now: now) }
    }
  }
}

private let page =
  "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<title>第2浄水場 水位監視</title>"

@Suite struct LookRoundTests {
  @Test func `one connection at a time to an address, and seldom`() throws {
    var stage = Stage(
      [80, 8080, 8000].flatMap { [LookRound.Target(house, $0), LookRound.Target(other, $0)] })
    try stage.play { _ in .answers(page) }
    #expect(stage.told.count == 2 && stage.mostOpen == [house: 1, other: 1])
    #expect(stage.told[house]?[80]?.found.protocol == .http)
    #expect(stage.told[house]?[8080]?.found.facts[.title]?.contains("浄水場") == true)
    let times = stage.connects.filter { $0.target.address == house }.map(\.time)
    #expect(times.count == 3 && zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= LookRound.distance })
    // Both are asked at the same time.
    #expect(stage.connects.filter { $0.time == .zero }.count == 2)
  }

  @Test func `a printer's port gets no byte, and an industrial one its own question first`() throws {
    var stage = Stage([
      LookRound.Target(house, 80), LookRound.Target(house, 502), LookRound.Target(house, 9100),
    ])
    try stage.play { $0.port == 80 ? .answers(page) : .silent }
    #expect(stage.connects.first?.target.port == 502)
    #expect(stage.told[house]?[9100]?.outcome == .mute)
    let requests = stage.sent.filter { !String(decoding: $0, as: UTF8.self).hasPrefix("GET ") }
    // One question of Modbus, and nothing to the printer.
    #expect(requests.count == 1 && requests[0].dropFirst(2).first == 0)
  }

  @Test func `who opts out is not connected to, and who is gone is left in peace`() throws {
    var stage = Stage(
      (1...6).map { LookRound.Target(house, 8000 + $0) } + [LookRound.Target(other, 80)])
    try stage.play(mayAsk: { $0.address != other }) { _ in .hangs }
    #expect(stage.told[other]?[80]?.outcome == .leftAlone)
    #expect(!stage.connects.contains { $0.target.address == other })
    #expect(stage.connects.count == 3)
    #expect(stage.told[house]?.values.allSatisfy { $0.outcome == .gone } == true)
    #expect(stage.told[house]?.count == 6)
  }

  @Test func `who goes on talking for ever is left after a while`() throws {
    let ports: [UInt16] = [23, 80, 443, 5060, 8000]
    var stage = Stage(ports.map { LookRound.Target(house, $0) })
    try stage.play { _ in .mumbles }
    #expect(stage.told[house]?.count == ports.count)
    // Twelve seconds for each of them, and what it takes to connect.
    #expect(stage.now < .seconds(16 * ports.count), "\(stage.now)")
  }

  @Test func `nothing that is sent is a login`() throws {
    let ports = Array(
      Set(Handshake.all.flatMap(\.ports) + [21, 22, 23, 25, 80, 110, 143, 443, 1883, 5900, 8080]))
    var stage = Stage(ports.map { LookRound.Target(house, $0) })
    try stage.play { _ in .silent }
    #expect(stage.told[house]?.count == ports.count && stage.sent.count > 20)
    for words in ["USER ", "PASS ", "anonymous", "AUTH LOGIN", "Authorization:", "NTLMSSP", "public"] {
      #expect(!stage.sent.contains { String(decoding: $0, as: UTF8.self).contains(words) }, "\(words)")
    }
  }

  @Test func `what ports say tells the kind of device, and words name facilities`() throws {
    var stage = Stage([LookRound.Target(house, 80)])
    try stage.play { _ in .answers(page) }
    let time = known(WallTime("2026-11-23T12:00:00Z"))
    let looks = LookReader(ProfileSet()).looks(stage.told[house] ?? [:], at: house, time: time)
    let look = try #require(looks[80])
    #expect(look.outcome == .answered && look.protocol == .http && look.time == time)
    #expect(look.facility?.sector == .water && look.facility?.word == "浄水")
    #expect(look.facts[.title] == "第2浄水場 水位監視")
  }
}

@Suite struct FacilityTests {
  @Test(arguments: [
    ("太陽光発電 遠隔監視", "power"), ("City Substation 4", "power"), ("東ポンプ場", "water"), ("PLC gateway", "control"),
    ("SCADA - plant 3", "control"), ("ダム管理", "water"),
  ])
  func `a word of a facility is marked, with how telling it is`(_ title: String, _ sector: String) {
    let mark = FacilityTable.mark(in: [.title: title])
    #expect(mark?.sector.rawValue == sector, "\(title)")
    #expect((1...99).contains(mark?.sureness ?? 0))
  }

  @Test(arguments: ["AirStation", "Adam's page", "hmisc", "アダムス", "complcated", ""])
  func `other words are not`(_ title: String) { #expect(FacilityTable.mark(in: [.title: title]) == nil) }

  @Test func `every word that is a finding on a LAN is marked from outside too`() {
    for word in FacilityWords.all { #expect(FacilityTable.mark(in: [.title: word]) != nil, "\(word)") }
  }
}
