import BrokerFixture
import Foundation
import SiteFixture
import Testing

/// A power cut as the wire sees it: twelve gateways in namespaces, killed at once, with another boot_id and in 1970.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PowerCutTests {
  private struct Gateway {
    var kind: String
    /// Seconds from its start to its first SYN.
    var tried: Double
    /// Seconds that its log announced.
    var announced: Double
    var attempts: Int
    var year: String

    init?(_ line: Substring) {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 6, let tried = Double(words[2]), let announced = Double(words[3]),
        let attempts = Int(words[4])
      else { return nil }
      (kind, self.tried, self.announced) = (words[1], tried, announced)
      (self.attempts, year) = (attempts, words[5])
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func `each waits for its slot, by class, and tries once`() throws {
    let directory = try TemporaryDirectory()
    let here = URL(filePath: #filePath).deletingLastPathComponent().path()
    let result = try run(
      "unshare",
      [
        "--net", "--mount", "--propagation", "private", "bash", here + "power-cut.sh",
        Site.program("kadomori"),
        directory.path,
      ], in: directory)
    let gateways = result.text.split(separator: "\n").compactMap { Gateway($0) }
    try #require(result.status == 0 && gateways.count == 12, "\(result)")
    for gateway in gateways {
      #expect(gateway.attempts == 1, "\(gateway)")
      #expect(gateway.year == "1970", "\(gateway)")
      // Its clock of the hold begins after its start; the announcement is rounded down.
      #expect(gateway.tried >= gateway.announced, "\(gateway)")
      #expect(gateway.announced <= 40)
    }
    func of(_ kind: String) -> [Gateway] { gateways.filter { $0.kind == kind } }
    // With a window of 40 s the critical ones have the first half, as the low ones have the second.
    #expect(of("critical").count == 2 && of("critical").allSatisfy { $0.announced <= 20 })
    #expect(of("low").count == 2 && of("low").allSatisfy { $0.tried >= 20 && $0.announced >= 19 })
    // Eight places of forty seconds: that they share so few of them by chance happens once in a million.
    #expect(Set(of("normal").map { Int($0.announced) }).count >= 3, "\(result.text)")
  }
}
