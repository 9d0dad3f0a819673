import Addresses
import Posture
import Testing

/// What is told of a LAN that is not as it was.
@Suite struct DeviceChangeTests {
  private let time = WallTime(milliseconds: 0)
  private let camera = Device(
    id: "dev-camera", kind: .camera, model: "X1",
    services: [
      Service(port: .tcp(80), protocol: .http), Service(port: .tcp(554), protocol: .rtsp),
    ])

  private func report(_ devices: [Device], complete: Bool = true) -> PostureReport {
    PostureReport(
      scan: ScanFacts(
        interface: "lan0", networks: [], started: time, durationMilliseconds: 1, complete: complete),
      devices: devices, findings: [])
  }

  private func changes(_ old: [Device], _ new: [Device], complete: Bool = true) -> [DeviceChange] {
    DeviceChange.changes(from: report(old), to: report(new, complete: complete))
  }

  @Test("A first look at a LAN changes nothing")
  func first() {
    #expect(DeviceChange.changes(from: nil, to: report([camera])).isEmpty)
    #expect(changes([camera], [camera]).isEmpty)
  }

  @Test("Who comes and goes is told with what it is")
  func comingAndGoing() {
    let state = DeviceChange.State(kind: .camera, model: "X1")
    #expect(changes([], [camera]) == [DeviceChange(.appeared, device: "dev-camera", after: state)])
    #expect(changes([camera], []) == [DeviceChange(.gone, device: "dev-camera", before: state)])
    #expect(changes([camera], [], complete: false).isEmpty)
  }

  @Test("The maker of the interface, in place of a vendor not heard this time, is no change")
  func makers() {
    var heard = camera
    heard.vendor = "Brother"
    var unheard = camera
    unheard.vendor = "Brother industries, LTD."
    #expect(changes([heard], [unheard]).map(\.event) == [.identityChanged])
    unheard.evidence = [
      Clue(.vendorPrefix, vendor: "Brother industries, LTD.", confidence: 0.5, detail: "the hardware address")
    ]
    #expect(changes([heard], [unheard]).isEmpty && changes([unheard], [heard]).isEmpty)
  }

  @Test("Ports that open and close are told with what speaks there")
  func ports() {
    var later = camera
    later.services[0] = Service(port: .tcp(23), protocol: .telnet)
    #expect(
      changes([camera], [later]) == [
        DeviceChange(.portOpened, device: "dev-camera", service: .tcp(23), after: .init(protocol: .telnet)),
        DeviceChange(.portClosed, device: "dev-camera", service: .tcp(80), before: .init(protocol: .http)),
      ])
    later.remarks = [.stoppedAnswering]
    #expect(changes([camera], [later]).map(\.event) == [.portOpened])
  }

  @Test("Absence is told once, and what happened meanwhile when it ends")
  func absence() {
    var away = camera
    away.remarks = [.absent]
    var back = camera
    back.services.removeLast()
    #expect(changes([camera], [away]).map(\.event) == [.gone])
    #expect(changes([away], [away]).isEmpty && changes([away], []).isEmpty)
    #expect(changes([away], [back]).map(\.event) == [.returned, .portClosed])
    #expect("\(changes([away], [camera])[0])" == "dev-camera is back (camera)")
  }

  @Test("A hardware address that a device did not have is told; one that it had is not")
  func hardware() {
    var (old, new) = (camera, camera)
    old.mac = MACAddress(bits: 1)
    new.mac = MACAddress(bits: 2)
    new.otherMACs = [MACAddress(bits: 1)]
    #expect(changes([old], [new]) == [DeviceChange(.hardwareChanged, device: "dev-camera")])
    #expect(changes([new], [old]).isEmpty)
  }

  @Test("A device or a service that is another thing has changed; one that says less has not")
  func identity() {
    var later = camera
    later.kind = .printer
    later.services[1].protocol = .ssh
    let found = changes([camera], [later])
    #expect(found.map(\.event) == [.identityChanged, .identityChanged])
    #expect(found[0].before?.kind == .camera && found[0].after?.kind == .printer)
    #expect(found[1].service == .tcp(554) && found[1].before?.protocol == .rtsp)
    later = camera
    later.kind = .unknown
    later.model = nil
    later.services[0].protocol = .unknown
    #expect(changes([camera], [later]).isEmpty)
  }

  @Test("What the device said of itself stays on the gateway, and out of the log")
  func detail() {
    let change = DeviceChange(.appeared, device: "d", after: .init(kind: .camera, vendor: "\u{1b}[2J"))
    #expect(change.atDefaultDetail.after == .init(kind: .camera))
    #expect("\(change)" == "d is new (camera)")
  }
}
