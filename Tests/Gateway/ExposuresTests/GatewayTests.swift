import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// What is said of a gateway of real parts, beside what nmap sees from outside.
///
/// Needs root.
@Suite(.serialized) struct GatewayTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  private struct Seen {
    let directory: URL

    func text(_ name: String) throws -> String {
      try String(contentsOf: directory.appending(path: name), encoding: .utf8)
    }

    func document(_ name: String) throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(contentsOf: directory.appending(path: name)))
      return try #require(value as? [String: Any])
    }

    /// The exposures of a document by side, place and port: `wan gateway tcp/22`.
    func exposures(_ name: String = "exposures.json") throws -> [String: [String: Any]] {
      Self.byTarget(try #require(try document(name)["exposures"] as? [[String: Any]]))
    }

    func entries() throws -> [String: [String: Any]] {
      Self.byTarget(try #require(try document("plan.json")["entries"] as? [[String: Any]]))
    }

    private static func byTarget(_ list: [[String: Any]]) -> [String: [String: Any]] {
      Dictionary(
        uniqueKeysWithValues: list.map { entry in
          let target = entry["target"] as? [String: String] ?? [:]
          return ("\(target["side"] ?? "") \(target["place"] ?? "") \(target["port"] ?? "")", entry)
        })
    }

    /// The ports that nmap found open, by address.
    func open() throws -> [String: Set<String>] {
      var open: [String: Set<String>] = [:]
      for line in try (text("nmap4.txt") + text("nmap6.txt")).split(separator: "\n")
      where line.contains("Ports:") {
        let address = String(line.split(separator: " ")[1])
        open[address] = Set(line.matches(of: /(\d+)\/open\/tcp/).map { "tcp/" + $0.output.1 })
      }
      return open
    }
  }

  private func look() throws -> Seen {
    let directory = FileManager.default.temporaryDirectory.appending(path: "exposures-\(UUID().uuidString)")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = [
      "-n", "/bin/bash", Self.folder.appending(path: "gateway.sh").path, Site.program("kadomori"),
      directory.path,
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(Site.environment) { $1 }
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return Seen(directory: directory)
  }

  @Test(.timeLimit(.minutes(2))) func whatIsSaidIsWhatAStrangerSees() throws {
    let seen = try look()
    defer { try? FileManager.default.removeItem(at: seen.directory) }
    try strangersSeeTheSame(seen)
    try ownersAndUseAreKnown(seen)
    try plansAreKept(seen)
    try othersSeeLess(seen)
    try documentsSatisfyTheirSchemas(seen)
  }

  private func strangersSeeTheSame(_ seen: Seen) throws {
    let exposures = try seen.exposures()
    let open = try seen.open()
    let gateway = try ["203.0.113.1", "2001:db8:1::1", "2001:db8:2::1"].reduce(into: Set<String>()) {
      $0.formUnion(try #require(open[$1]))
    }
    func said(_ place: String, _ reachable: String) -> Set<String> {
      Set(
        exposures.filter {
          $0.key.hasPrefix("wan \(place) tcp/") && $0.value["reachable"] as? String == reachable
        }.keys.map { String($0.split(separator: " ")[2]) })
    }
    // Our own closing hides one; without it, it could be reached, and that is what is told.
    #expect(said("gateway", "yes") == gateway.union(["tcp/8444"]))
    #expect(gateway == ["tcp/22", "tcp/2323", "tcp/8080", "tcp/8443", "tcp/8554", "tcp/9090"])
    #expect(said("2001:db8:2::10", "yes") == open["2001:db8:2::10"])
    #expect(said("2001:db8:2::10", "yes") == ["tcp/80"])
    #expect(said("2001:db8:2::10", "no") == ["tcp/23", "tcp/554"])
    #expect(said("gateway", "maybe") == ["tcp/5900"], "some addresses may")
    #expect(said("gateway", "no").isSuperset(of: ["tcp/445"]))
    #expect(exposures["wan gateway udp/161"]?["reachable"] as? String == "no")
    #expect(exposures["lan gateway udp/161"]?["reachable"] as? String == "yes")
    #expect(exposures["wan gateway udp/45000"]?["temporary"] as? Bool == true)
    #expect(!exposures.keys.contains { $0.contains("tcp/631") }, "loopback is nobody's business")
    #expect(exposures["wan gateway tcp/80"] == nil && exposures["lan gateway tcp/80"] != nil)
  }

  private func ownersAndUseAreKnown(_ seen: Seen) throws {
    let exposures = try seen.exposures()
    func owner(_ key: String, _ field: String) -> String? {
      (exposures[key]?["owner"] as? [String: Any])?[field] as? String
    }
    #expect(owner("lan gateway tcp/5000", "program") == "/usr/sbin/miniupnpd")
    #expect(owner("lan gateway tcp/5000", "package") == "miniupnpd-nftables")
    #expect(owner("wan gateway tcp/22", "program")?.contains("python") == true)
    for key in ["wan gateway tcp/9090", "wan gateway udp/9091"] {
      #expect(owner(key, "program")?.contains("python") == true && owner(key, "container") != nil, "\(key)")
    }
    let docker = try #require(exposures["wan gateway tcp/8080"])
    #expect(docker["leads_to"] as? String == "192.168.1.10:80" && docker["means"] as? [String] == ["forward"])
    #expect(docker["device"] as? String == "dev-aaaaaaaaaaaaaaaa")
    let camera = try #require(exposures["wan gateway tcp/8554"])
    #expect(
      camera["means"] as? [String] == ["forward", "mapping"]
        && camera["description"] as? String == "IP Camera")
    #expect(exposures["wan gateway tcp/8443"]?["flows"] as? Int == 1)
    #expect(exposures["lan gateway tcp/8443"]?["flows"] as? Int == 0)
    let learned = try #require(try seen.document("exposures.json")["learned"] as? [[String: Any]])
    #expect(
      Set(learned.map { "\($0["place"] ?? "") \($0["port"] ?? "")" }) == [
        "gateway tcp/8443", "192.168.1.10 tcp/80",
      ])
  }

  private func plansAreKept(_ seen: Seen) throws {
    let entries = try seen.entries()
    func verdict(_ key: String) -> String? { entries[key]?["verdict"] as? String }
    func reasons(_ key: String) -> [String] { entries[key]?["reasons"] as? [String] ?? [] }
    #expect(verdict("wan gateway tcp/8443") == "ask" && reasons("wan gateway tcp/8443").contains("used"))
    #expect(reasons("wan gateway tcp/8080").contains("used"), "learned of the device behind the forward")
    #expect(verdict("wan gateway tcp/2323") == "after_learning")
    #expect(
      reasons("wan gateway tcp/2323").contains("hard_list")
        && reasons("wan gateway tcp/2323").contains("learning"))
    #expect(verdict("wan gateway tcp/5900") == "ask" && verdict("wan gateway tcp/445") == "never")
    #expect(!entries.values.contains { $0["verdict"] as? String == "now" }, "nobody has watched for a day")
    #expect(try seen.document("kept.json")["id"] as? String == seen.document("plan.json")["id"] as? String)
    #expect(try seen.text("kept.mode") == "600\n")
    let text = try seen.text("plan.txt")
    #expect(text.contains("Close after learning") && text.contains("somebody outside has used it (learned)"))
    #expect(text.contains("1 connection stays"))
    #expect(try seen.text("plan.ja.txt").contains("外との通信がありました（観測）"))
    #expect(try seen.text("plan.err") == "", "nothing to complain of")
  }

  private func othersSeeLess(_ seen: Seen) throws {
    let unprivileged = try seen.exposures("unprivileged.json")
    #expect(Set(unprivileged.keys).isSubset(of: try seen.exposures().keys))
    #expect(unprivileged.values.allSatisfy { $0["reachable"] as? String == "maybe" })
    let problems = try #require(try seen.document("unprivileged.json")["problems"] as? [String])
    #expect(problems.contains { $0.contains("sudo") })
    let blind = try #require(try seen.document("blind.json")["problems"] as? [String])
    #expect(blind.contains { $0.contains("containers may be looked into by root only") }, "\(blind)")
    #expect(try seen.exposures("blind.json")["wan gateway tcp/9090"]?["owner"] == nil)
    let soap = try seen.exposures("soap.json")
    let mapped = try #require(soap["wan gateway tcp/8554"])
    #expect(
      mapped["means"] as? [String] == ["mapping"] && mapped["leads_to"] as? String == "192.168.1.10:554")
    #expect(mapped["description"] as? String == "IP Camera")
  }

  private func documentsSatisfyTheirSchemas(_ seen: Seen) throws {
    func faults(_ document: String, _ schema: String) throws -> String {
      let file = seen.directory.appending(path: document)
      return try Schemas.faults(of: String(contentsOf: file, encoding: .utf8), by: schema)
    }
    for document in ["exposures.json", "unprivileged.json", "soap.json"] {
      #expect(try faults(document, "exposures") == "")
    }
    for document in ["plan.json", "kept.json"] {
      #expect(try faults(document, "plan") == "")
    }
    #expect(try faults("exposures.json", "plan") != "", "the validator can say no")
  }
}
