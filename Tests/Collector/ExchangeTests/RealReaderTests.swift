import Addresses
import BrokerFixture
import Correlate
import Exchange
import Foundation
import Posture
import Sightings
import Testing

/// The tools these formats are for, where `python3` has them: PyPI's xarf, intelmq and prometheus_client.
enum Reader: String, CaseIterable {
  case xarf, intelmq, shadowserver, prometheus

  var isInstalled: Bool {
    let module = [Self.shadowserver: "intelmq", .prometheus: "prometheus_client"][self] ?? rawValue
    return (try? ChildProgram("python3", ["-c", "import \(module)"]).wait()) == 0
  }

  /// What the tool understood, one object for each report.
  func read(_ text: String, as name: String = "export") throws -> [[String: Any]] {
    let directory = try TemporaryDirectory()
    let file = try directory.write(name, text)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "read_exports.py")
      .path()
    let result = try run("python3", [script, rawValue, file], in: directory, errors: false)
    if result.status != 0 {
      throw FixtureError(try run("python3", [script, rawValue, file], in: directory).text)
    }
    return try result.text.split(separator: "\n").map { line in
      try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }
}

@Suite struct RealReaderTests {
  private let services = [
    service(1), service(2, port: 443, protocol: .http, check: nil),
    service(3, port: 5555, protocol: nil, check: nil),
    service(4, address: "2001:db8::4"),
  ]

  @Test(.enabled(if: Reader.xarf.isInstalled)) func `xarf reads every report without a fault`() throws {
    let read = try Reader.xarf.read(XARFReports(from: contact).lines(services, scope: .everybody))
    #expect(read.count == 4)
    for (result, service) in zip(read, services) {
      #expect((result["errors"] as? [String])?.isEmpty == true, "\(result)")
      #expect((result["warnings"] as? [String])?.isEmpty == true, "\(result)")
      let report = try #require(result["report"] as? [String: Any])
      #expect(report["source_identifier"] as? String == service.sighting.address.description)
      #expect(report["source_port"] as? Int == Int(service.sighting.port.number))
      #expect(report["type"] as? String == "open_service")
    }
    // The tool does find faults.
    let broken = try XARFReports(from: contact).lines([service(1)], scope: .everybody)
      .replacing("\"service\":\"telnet\",", with: "")
    #expect((try Reader.xarf.read(broken).first?["errors"] as? [String])?.isEmpty == false)
  }

  @Test(.enabled(if: Reader.intelmq.isInstalled)) func `intelmq takes every event`() throws {
    let read = try Reader.intelmq.read(IntelMQEvents.lines(services, scope: .everybody, now: noon))
    #expect(read.count == 4)
    #expect(
      read.map { $0["source.ip"] as? String } == ["192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::4"])
    #expect(read[0]["classification.identifier"] as? String == "telnet-open")
    #expect(read[0]["time.source"] as? String == "2026-11-23T12:00:00+00:00")
    #expect(read[2]["classification.identifier"] as? String == "open-tcp-5555")
    #expect(throws: (any Error).self) {
      try Reader.intelmq.read(
        IntelMQEvents.lines([service(1)], scope: .everybody, now: noon).replacing(
          "192.0.2.1", with: "nowhere"))
    }
  }

  @Test(.enabled(if: Reader.shadowserver.isInstalled)) func `intelmq's Shadowserver parser reads a report`()
    throws
  {
    let files = ShadowserverReports.files(
      [service(1), service(4, address: "2001:db8::4")], scope: .everybody, organisation: "isp", day: noon)
    let file = try #require(files.first { $0.name.contains("scan_telnet") })
    let read = try Reader.shadowserver.read(file.text, as: file.name)
    #expect(read.map { $0["source.ip"] as? String } == ["192.0.2.1", "2001:db8::4"])
    #expect(read.map { $0["source.port"] as? Int } == [23, 23])
    #expect(read.first?["time.source"] as? String == "2026-11-23T12:00:00+00:00")
    #expect(read.first?["protocol.transport"] as? String == "tcp")
    #expect(read.first?["extra.tag"] as? String == "telnet;telnet-open;camera", "\(read)")
  }

  @Test(.enabled(if: Reader.prometheus.isInstalled)) func `prometheus_client reads the numbers`() throws {
    var metrics = MetricsText()
    metrics.add("kadomori_a", "What \\ it\nis.", [([("why", "a\"b\\c\nd")], 3), ([("why", "x")], 0.5)])
    let read = try Reader.prometheus.read(metrics.text)
    #expect(read.map { $0["value"] as? Double } == [3, 0.5])
    #expect((read.first?["labels"] as? [String: String])?["why"] == "a\"b\\c\nd")
  }
}
