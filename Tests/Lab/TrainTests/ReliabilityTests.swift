import Posture
import Recog
import Testing

@testable import kadomori_train

struct ReliabilityTests {
  private func answer(_ truth: DeviceKind?, _ said: DeviceKind, _ confidence: Double) -> JudgedKinds.Answer {
    .init(truth: truth, said: said, confidence: confidence, group: "g", name: "n")
  }

  @Test func countsWhatWasSaidAndNotSilence() {
    let judged = JudgedKinds([
      answer(.camera, .camera, 0.95), answer(nil, .camera, 0.9), answer(.nas, .nas, 0.6),
      answer(.router, .unknown, 0),
    ])
    #expect(judged.share(atLeast: 0.5) == .init(said: 3, right: 2))
    #expect(judged.share(atLeast: 0.9) == .init(said: 2, right: 1))
    #expect(judged.wrong.map(\.count) == [1], "what fits no kind of ours is no camera")
  }

  @Test func aGroupIsOneWitnessHoweverManyExamplesItHas() {
    var record = WitnessRecord()
    for _ in 0..<100 { record.note("same", isRight: true) }
    #expect(record.precision == 2.0 / 3)
  }

  @Test func halvesAreSteadyAndAboutEven() {
    let halves = (0..<1000).map { KnownDevice.Half(of: "fingerprint \($0)") }
    #expect((420...580).contains(halves.count { $0 == .tuning }))
    #expect(halves == (0..<1000).map { KnownDevice.Half(of: "fingerprint \($0)") })
  }

  @Test func aRecordingTellsDescriptionAndObject() throws {
    let text = "1.3.6.1.2.1.1.1.0|4x|4150432057\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.318\n"
    let service = try #require(SNMPRecordings.device(Array(text.utf8))?.services.first)
    #expect(service.facts[.banner] == "APC W" && service.facts[.objectID] == "1.3.6.1.4.1.318")
    #expect(SNMPRecordings.device(Array("1.3.6.1.2.1.1.5.0|4|x".utf8)) == nil)
  }

  @Test func labelsOfRecordingsNameAKindOrOther() throws {
    let labels = try SNMPRecordings.labels("# a\nups/a\tappliance\nsw/b\tother\n", name: "l")
    #expect(labels["ups/a"] == .some(.appliance) && labels["sw/b"] == .some(nil) && labels.count == 2)
    #expect(throws: SNMPRecordings.Fault.self) { try SNMPRecordings.labels("a\tswitch", name: "l") }
  }

  @Test func anExampleBecomesADeviceThatSaidIt() throws {
    let file = RecogFile(
      name: "http_servers.xml",
      Array(
        """
        <fingerprints matches="http_header.server"><fingerprint pattern="^Kado">
        <description>Kado camera</description><example>Kado/1.2</example>
        <param pos="0" name="hw.device" value="IP Camera"/></fingerprint>
        <fingerprint pattern="^Else"><description>Else</description><example>Else</example></fingerprint>
        </fingerprints>
        """.utf8))
    let known = WorkedExamples.devices(of: file)
    #expect(known.map(\.kind) == [.camera], "what nobody labelled is left out")
    let service = try #require(known.first?.device.services.first)
    #expect(service.facts[.server] == "Kado/1.2" && service.product == "Kado" && service.protocol == .http)
  }

  @Test(arguments: [
    ("mdns.device-info.txt", "model=Kado1,1", ServiceFact.product, "Kado1,1"),
    ("ftp.banner", "Kado ready", .banner, "220 Kado ready"), ("html_title", "Kado", .title, "Kado"),
    ("http_header.wwwauth", "Basic realm=\"Kado\"", .realm, "Kado"),
    ("snmp.sys_description", "Kado (1)", .product, "Kado"),
  ])
  func textsAreReadAsOnANetwork(key: String, text: String, fact: ServiceFact, said: String) throws {
    let service = try #require(SaidText.device(Array(text.utf8), as: key)?.services.first)
    #expect(service.facts[fact] == said)
    #expect(SaidText.device(Array(text.utf8), as: "favicon.md5") == nil)
  }
}
