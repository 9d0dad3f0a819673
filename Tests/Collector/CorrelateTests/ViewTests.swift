import Addresses
import Correlate
import FleetContract
import Posture
import Testing

@Suite struct ViewTests {
  @Test func `knows since when it is so, in whatever order looks come`() {
    let looks: [(WallTime, Bool)] = [
      (at(40), true), (at(0), true), (at(20), false), (at(10), true), (at(50), true), (at(30), true),
    ]
    let look = Look(outside: looks.map { (time: $0.0, isOpen: $0.1) })
    #expect(look == Look(.seen, since: at(30), looked: at(50)))
    #expect(
      Look(outside: looks.filter { $0.0 <= at(20) }.map { (time: $0.0, isOpen: $0.1) }).state == .notSeen)
    #expect(Look(outside: [(time: WallTime, isOpen: Bool)]()) == .never)
    // Two who look in the same second: it was open.
    #expect(Look(outside: [(at(1), true), (at(1), false)].map { (time: $0.0, isOpen: $0.1) }).state == .seen)
  }

  private func view(insideLooked: Bool = true) -> GatewayView {
    GatewayView(
      gateway: first, insideLooked: insideLooked ? at(100) : nil,
      inside: [
        .tcp(23): Look(.seen, since: at(10), looked: at(100)),
        .tcp(80): Look(.seen, since: at(20), looked: at(100)),
        .tcp(81): Look(.notSeen, since: at(50), looked: at(100)),
        .udp(53): Look(.unknown, since: at(50), looked: at(100)),
        .tcp(8080): Look(.seen, since: at(70), looked: at(100)),
      ],
      outside: [
        .tcp(23): Look(.seen, since: at(30), looked: at(90)),
        .tcp(80): Look(.notSeen, since: at(5), looked: at(90)),
        .tcp(81): Look(.notSeen, since: at(60), looked: at(90)),
        .tcp(7547): Look(.seen, since: at(60), looked: at(90)),
        .udp(53): Look(.seen, since: at(60), looked: at(90)),
      ], protocols: [.tcp(23): .telnet])
  }

  @Test func `joins what both sides say of a port`() {
    let services = view().services
    #expect(
      services.map(\.service.description) == ["tcp/23", "tcp/80", "tcp/81", "tcp/7547", "tcp/8080", "udp/53"])
    #expect(
      services.map(\.agreement) == [.both, .insideOnly, .neither, .outsideOnly, .unconfirmed, .unconfirmed])
    #expect(services.map(\.since) == [at(30), at(20), at(60), at(100), nil, at(60)])
    #expect(services[0].protocol == .telnet)
  }

  @Test func `counts what each side alone would have missed`() {
    var matrix = AgreementMatrix()
    view().services.forEach { matrix.add($0) }
    #expect(matrix.total == 6)
    #expect(matrix[inside: .seen, outside: .seen] == 1 && matrix[inside: .seen, outside: .unknown] == 1)
    #expect(matrix.missedByOutside == 2, "tcp/80, tcp/8080")
    #expect(matrix.missedByInside == 2, "tcp/7547, udp/53")
    #expect(matrix.agreement == 0.5)
  }

  @Test func `a gateway that never looked does not say that nothing is there`() {
    let services = view(insideLooked: false).services
    let unnamed = services.first { $0.service == .tcp(7547) }
    #expect(unnamed?.inside == .never && unnamed?.agreement == .unconfirmed)
    #expect(AgreementMatrix().agreement == nil)
  }
}
