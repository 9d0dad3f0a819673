import Addresses
import Foundation
import Posture
import Testing

@testable import Firewall

/// Whatever a request holds, what becomes of it for `nft` are lines of a few kinds about tables of our own.
@Suite struct RequestTests {
  private static let seeds = [
    #"{"close":{"_0":{"plan":"plan-abcd2345","boot_id":"b","entries":[{"id":"cl-aaaaaaaa","target":{"side":"wan","place":"gateway","port":"tcp/23"},"reasons":["hard_list"]},{"id":"cl-bbbbbbbb","target":{"side":"wan","place":"2001:db8::2","port":"udp/161"}}],"seconds":120,"sides":{"wan":["wan0"],"lan":["lan0"]},"session":{"peer":"198.51.100.2","address":"198.51.100.1","port":22},"cuts_flows":true,"operators":["00112233445566ff"]}}}"#,
    #"{"use":{"_0":{"wan":["wan0","ppp0"],"lan":["lan0"]}}}"#,
    #"{"confirm":{"plan":"plan-abcd2345","operators":["00112233445566ff"]}}"#,
    #"{"loadIndicators":{"_0":{"begins":true,"addresses":["203.0.113.9","2001:db8::9"],"own":[{"address":"203.0.113.1","port":"tcp/8883"}],"sides":{"wan":["wan0"],"lan":[]}}}}"#,
  ]
  /// What would end a name or a rule, or stand for more than one.
  private static let pieces = [
    "\\\"", " ", ";", "}", "{", "\\n", "*", "flush ruleset", "\\u0000", "@set", "0", "-1", "99999999999",
    "\"", "[", "]", ",",
    "é", "tcp/0", "::", "x",
  ]
  /// The only lines that may come of requests; the rules and the sets stand in braces between.
  nonisolated(unsafe) private static let line =
    /(add|flush|delete) (table|chain|set|element) inet kadomori(_use|_indicators)?\b[^;*\n]*( \{ (type [a-z0-9_ .-]+( hook [a-z]+ priority -?[0-9]+; policy accept)?;) \})?/

  private func text(_ request: FirewallRequest) -> String? {
    switch request {
    case .close(let order):
      guard (try? order.check(bootID: order.bootID)) != nil,
        let initiator = try? Initiator(user: 0).acting(for: order.operators)
      else { return nil }
      let closings = order.entries.map {
        Closing(
          id: $0.id, target: $0.target, hold: .trial, plan: order.plan, initiator: initiator.text,
          seconds: order.seconds)
      }
      return Ruleset.structure(order.sides) + (order.session.map(Ruleset.exempt) ?? "")
        + closings.map { Ruleset.close($0, seconds: order.seconds) }.joined()
    case .use(let sides): return sides.fault == nil ? Ruleset.learning(sides) : nil
    case .loadIndicators(let chunk):
      return chunk.sides.fault == nil ? Ruleset.load(chunk, chunk.addresses) : nil
    default: return nil
    }
  }

  @Test func mutatedRequestsBecomeNoOtherRules() throws {
    var random = SplitMix(state: 5)
    var (read, made) = (0, 0)
    for _ in 0..<30_000 {
      var line = try #require(Self.seeds.randomElement(using: &random))
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let piece = try #require(Self.pieces.randomElement(using: &random))
        let start = try #require(line.indices.randomElement(using: &random))
        let end = line.index(start, offsetBy: Int.random(in: 0...3, using: &random), limitedBy: line.endIndex)
        line.replaceSubrange(start..<(end ?? start), with: piece)
      }
      guard let request = FirewallRequest(line: Array(line.utf8)) else { continue }
      read += 1
      guard let text = text(request) else { continue }
      made += 1
      let outside = text.replacing(/(?s)\ntable inet kadomori[a-z_]* \{\n.*?\n\}\n/, with: "\n")
      for rule in outside.split(separator: "\n") where !rule.isEmpty {
        #expect(rule.wholeMatch(of: Self.line) != nil, "\(rule) of \(line)")
      }
      #expect(!text.contains("flush ruleset") && !text.contains("*"), "\(line)")
      #expect(text.count { $0 == "\"" } % 2 == 0, "\(line)")
    }
    // Few changes leave a request what it was; without any, nothing was tried.
    #expect(read > 1000 && made > 200, "\(read) read, \(made) made")
  }

  @Test func whatIsNoRequestIsNone() {
    for line in ["", "{}", "[", "null", #"{"close":{}}"#, #"{"undoAll":{},"closings":{}}"#] {
      #expect(FirewallRequest(line: Array(line.utf8)) == nil)
    }
    #expect(FirewallRequest(line: Array(repeating: UInt8(ascii: "["), count: 262_144)) == nil)
    let deep = #"{"use":{"_0":"# + String(repeating: #"{"wan":["#, count: 30_000)
    #expect(FirewallRequest(line: Array(deep.utf8)) == nil)
  }
}
