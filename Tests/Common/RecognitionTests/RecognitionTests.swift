import Addresses
import Posture
import Profiles
import Recognition
import Testing

struct RecognitionTests {
  private func clue(_ source: Clue.Source, _ kind: DeviceKind, _ confidence: Double) -> Clue {
    Clue(source, kind: kind, confidence: confidence, detail: "\(kind)")
  }

  @Test func nothingKnownIsUnknown() {
    #expect(Recognition([]).kind == .unknown)
    #expect(Recognition([]).confidence == 0)
    #expect(Recognition([clue(.profile, .unknown, 0.9)]).kind == .unknown)
  }

  @Test(arguments: [
    ([(Clue.Source.profile, DeviceKind.camera, 0.9)], DeviceKind.camera, 0.9),
    ([(.profile, .camera, 0.9), (.traffic, .camera, 0.5)], .camera, 0.95),
    ([(.saysItself, .camera, 0.9), (.profile, .camera, 0.85), (.fingerprint, .camera, 0.75)], .camera, 0.9),
    ([(.saysItself, .camera, 0.8), (.profile, .camera, 0.85), (.traffic, .camera, 0.5)], .camera, 0.925),
    ([(.saysItself, .camera, 0.9), (.profile, .router, 0.5)], .camera, 0.818),
    ([(.saysItself, .camera, 0.6), (.profile, .router, 0.9)], .unknown, 0),
    ([(.traffic, .camera, 0.4)], .unknown, 0),
    ([(.traffic, .camera, 1)], .camera, 0.99),
  ])
  func weighs(clues: [(Clue.Source, DeviceKind, Double)], kind: DeviceKind, confidence: Double) {
    let found = Recognition(clues.map { clue($0.0, $0.1, $0.2) })
    #expect(found.kind == kind)
    #expect(found.confidence == confidence)
  }

  @Test func orderOfCluesDoesNotMatter() {
    let clues = [
      clue(.saysItself, .printer, 0.7), clue(.profile, .nas, 0.8), clue(.traffic, .printer, 0.3),
      clue(.profile, .printer, 0.8),
    ]
    #expect(Recognition(clues) == Recognition(clues.reversed()))
  }

  @Test func oneMoreWitnessAgainstNeverMakesItSurer() {
    for confidence in stride(from: 0.0, through: 1, by: 0.1) {
      let alone = Recognition([clue(.saysItself, .camera, 0.9)])
      let disputed = Recognition([clue(.saysItself, .camera, 0.9), clue(.traffic, .router, confidence)])
      #expect(disputed.confidence <= alone.confidence)
    }
  }

  @Test(arguments: [
    (ServiceProtocol.ssdp, "urn:schemas-upnp-org:device:InternetGatewayDevice:1", DeviceKind.router),
    (.mdns, "_http._tcp _ipp._tcp", .printer),
    (.wsDiscovery, "dn:NetworkVideoTransmitter tds:Device", .camera),
    (.echonetLite, "0130", .appliance), (.echonetLite, "0288 05ff", .meter),
    (.upnp, "urn:Belkin:device:insight:1", .appliance),
  ])
  func hearsWhatADeviceCallsItself(name: ServiceProtocol, type: String, kind: DeviceKind) {
    let device = Device(
      id: "dev-1", services: [Service(port: .udp(1900), protocol: name, facts: [.type: type])])
    let applied = Recognition.applied(to: device, profiles: ProfileSet())
    #expect(applied.kind == kind)
    #expect(applied.evidence.first?.source == .saysItself)
    #expect(!applied.evidence.isEmpty)
  }

  @Test func aLyingDeviceDoesNotFloodTheEvidence() {
    let types = (0..<500).map { _ in "_ipp._tcp _googlecast._tcp _hue._tcp" }.joined(separator: " ")
    let services = (1...200).map {
      Service(port: .udp(UInt16($0)), protocol: .mdns, facts: [.type: types])
    }
    let applied = Recognition.applied(to: Device(id: "dev-1", services: services), profiles: ProfileSet())
    #expect(applied.evidence.count <= SelfDescription.limit)
    #expect(applied.confidence < 0.8)
  }

  @Test func makerOfTheInterfaceGivesWayToTheDevicesOwnWord() {
    let prefix = Clue(.vendorPrefix, vendor: "Espressif", confidence: 0.9, detail: "5c:cf:7f")
    let mute = Recognition.applied(to: Device(id: "dev-1"), profiles: ProfileSet(), further: [prefix])
    #expect(mute.vendor == "Espressif" && mute.kind == .unknown)
    let spoken = Device(
      id: "dev-1",
      services: [
        Service(
          port: .udp(1900), protocol: .ssdp,
          facts: [.type: "urn:schemas-upnp-org:device:BinaryLight:1", .vendor: "Kado"])
      ])
    let applied = Recognition.applied(to: spoken, profiles: ProfileSet(), further: [prefix])
    #expect(applied.vendor == "Kado" && applied.kind == .appliance)
  }
}
