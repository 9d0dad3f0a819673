import Addresses
import Identify
import LANScan
import Posture
import Testing

/// Devices that take their time to refuse a connection, on a clock of the test's own.
@Suite struct SlowDeviceTests {
  /// Runs a survey of devices whose answers take as long as the function says, by device and by how many it has answered.
  private struct Run {
    var survey: Survey
    var sent: [UInt32: [Duration]] = [:]
    private var answers: [(due: Duration, id: Survey.ConnectionID)] = []
    private let latency: (UInt32, Int) -> Duration

    init(devices: UInt32, ports: Int, latency: @escaping (UInt32, Int) -> Duration) {
      survey = Survey(ports: (0..<ports).map { UInt16(10_000 + $0) }, probes: [], politeness: Politeness())
      self.latency = latency
      for number in 1...devices {
        survey.add(.v4(IPv4Address(bits: 0xc000_0200 + number)), of: MACAddress(bits: UInt64(number)))
      }
    }

    mutating func finish() {
      var now: Duration = .seconds(100)
      for _ in 0..<100_000 {
        answers.sort { $0.due < $1.due }
        while let next = answers.first, next.due <= now {
          answers.removeFirst()
          survey.refused(next.id, now: now)
        }
        for action in survey.advance(now: now) {
          guard case .connect(let id, let endpoint) = action, case .v4(let address) = endpoint.address else {
            continue
          }
          let device = address.bits & 0xff
          sent[device, default: []].append(now)
          answers.append((now + latency(device, sent[device]?.count ?? 0), id))
        }
        if survey.isFinished { return }
        let next = [survey.wakeAt, answers.map(\.due).min()].compactMap { $0 }.min() ?? now
        now = max(now + .milliseconds(1), next)
      }
      Issue.record("the survey does not end")
    }

    func remarks(_ device: UInt32) -> Set<Remark> {
      survey.results[.v4(IPv4Address(bits: 0xc000_0200 + device))]?.remarks ?? []
    }

    func perSecond(_ device: UInt32, from start: Int) -> Double {
      let times = Array((sent[device] ?? []).dropFirst(start))
      guard let first = times.first, let last = times.last, last > first else { return 0 }
      return Double(times.count - 1) / ((last - first) / .seconds(1))
    }
  }

  @Test func aDeviceThatBecomesSlowIsAskedLess() {
    var run = Run(devices: 2, ports: 110) { device, count in
      device == 1 && count > 40 ? .milliseconds(250) : .milliseconds(2)
    }
    run.finish()
    #expect(run.remarks(1) == [.slowedDown])
    #expect(run.remarks(2) == [])
    #expect(run.sent[1]?.count == 110, "all ports are asked in the end")
    #expect(run.perSecond(1, from: 70) < 10)
    #expect(run.perSecond(2, from: 70) > 30)
  }

  @Test func aDeviceThatStaysOverwhelmedIsLeftAlone() {
    var run = Run(devices: 2, ports: 130) { device, count in
      device == 1 && count > 40 ? .milliseconds(600) : .milliseconds(2)
    }
    run.finish()
    #expect(run.remarks(1) == [.slowedDown, .stoppedAnswering])
    #expect(run.sent[1]?.count ?? 130 < 110)
    #expect(run.sent[2]?.count == 130)
  }

  /// Slow from the start is only slow; and where all become slow at once, it is this gateway that is.
  @Test func whoIsSlowAnywayIsNotBlamed() {
    var always = Run(devices: 1, ports: 60) { _, _ in .milliseconds(300) }
    always.finish()
    #expect(always.remarks(1) == [])
    var together = Run(devices: 4, ports: 110) { _, count in
      count > 40 ? .milliseconds(300) : .milliseconds(2)
    }
    together.finish()
    #expect((1...4).allSatisfy { together.remarks($0) == [] })
  }
}
