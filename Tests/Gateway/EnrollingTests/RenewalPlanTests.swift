import Enrolling
import FleetContract
import Testing

@Suite struct RenewalPlanTests {
  private func gateway(_ number: UInt64) throws -> GatewayID {
    let hash = (0..<10).map { UInt8(truncatingIfNeeded: (number &* 0x9e37_79b9_7f4a_7c15) >> ($0 * 5)) }
    return try #require(GatewayID(hash: hash))
  }

  @Test func `a fleet enrolled in one second renews evenly over a sixth of a certificate's life`() throws {
    let day: Int64 = 86_400
    let from: Int64 = 1_795_000_000
    let until = from + 90 * day
    var perDay = [Int](repeating: 0, count: 15)
    for number in 0..<15_000 {
      let plan = RenewalPlan(of: try gateway(UInt64(number)), from: from, until: until)
      let place = plan.due - (from + 60 * day)
      #expect((0..<15 * day).contains(place))
      perDay[Int(max(0, min(14, place / day)))] += 1
    }
    // 1,000 a day were it exact; five standard deviations are 153.
    #expect(perDay.allSatisfy { (847...1153).contains($0) }, "\(perDay)")
  }

  @Test func `a restart changes nothing, a new certificate draws anew`() throws {
    let gateway = try gateway(1)
    let plan = RenewalPlan(of: gateway, from: 0, until: 90 * 86_400)
    #expect(plan == RenewalPlan(of: gateway, from: 0, until: 90 * 86_400))
    let next = RenewalPlan(of: gateway, from: 7, until: 7 + 90 * 86_400)
    #expect(next.due != plan.due + 7)
  }

  @Test(arguments: [(0, 0), (5, 4), (-3, -9), (.max - 8, .max)] as [(Int64, Int64)])
  func `certificates without sense are due at once and break nothing`(from: Int64, until: Int64) throws {
    #expect(RenewalPlan(of: try gateway(2), from: from, until: until).due <= from + 8)
  }

  @Test func `attempts that fail become rare, and stay frequent enough where nothing can be reported`() {
    let quiet = (1...9).map { RenewalPlan.pause(failures: $0, isOver: false, draw: 0) }
    #expect(quiet.first == .seconds(3600) && quiet.last == .seconds(86_400) && quiet == quiet.sorted())
    let dark = (1...9).map { RenewalPlan.pause(failures: $0, isOver: true, draw: 0) }
    #expect(dark.first == .seconds(60) && dark.last == .seconds(3600))
    #expect(RenewalPlan.pause(failures: 1, isOver: true, draw: 1) == .seconds(30))
    #expect(RenewalPlan.pause(failures: .max, isOver: true, draw: 1) == .seconds(1800))
  }
}
