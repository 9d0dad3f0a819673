import Addresses
import BrokerFixture
import Foundation
import Posture
import Testing

@testable import Firewall

/// Whatever happens in whatever order: nobody is locked out, and the kernel does what the disk says.
///
/// `KADOMORI_SEQUENCES` has more of them run, and `KADOMORI_SEED` others.
@Suite(.serialized) struct SequenceTests {
  private static let plan: [(id: String, target: ClosingTarget, verdict: ClosingPlan.Verdict)] = [
    ("cl-aaaaaaaa", ClosingTarget(.tcp(23)), .now), ("cl-bbbbbbbb", ClosingTarget(.tcp(8080)), .now),
    ("cl-cccccccc", ClosingTarget(.udp(161)), .now),
    ("cl-dddddddd", ClosingTarget(.tcp(8080), from: .lan), .ask),
    ("cl-eeeeeeee", ClosingTarget(.tcp(443), of: .device(.v4(IPv4Address(bits: 0xc0a8_0902)))), .ask),
    ("cl-ffffffff", ClosingTarget(.tcp(22)), .now),
    ("cl-gggggggg", ClosingTarget(.udp(53), from: .lan), .now),
  ]

  private enum Step: CaseIterable {
    case close, closeAll, confirm, undo, undoAll, flushRuleset, deleteTable, flushSet, kill, stop
  }

  private static func number(_ name: String, default number: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? number
  }

  @Test(.timeLimit(.minutes(30))) func nobodyIsLockedOutAndDiskAndKernelAgree() throws {
    let gateway = try Gateway()
    try gateway.listen("tcp/22", "tcp/23", "tcp/8080")
    try gateway.listen(in: "wan", "tcp/1883")
    try gateway.activate()
    try gateway.writePlan(Self.plan)
    let seed = Self.number("KADOMORI_SEED", default: 1)
    let sequences = Self.number("KADOMORI_SEQUENCES", default: 8)
    var steps = 0
    for sequence in 0..<sequences {
      var random = SplitMix(state: seed &* 1_000_003 &+ sequence)
      var flushes = 0
      var history: [Step] = []
      _ = try gateway.kadomori("undo", "--all")
      for _ in 0..<6 {
        guard let step = Step.allCases.randomElement(using: &random) else { continue }
        // More flushes than this are a fight, which the helper gives up on purpose.
        if [.flushRuleset, .deleteTable, .flushSet].contains(step) {
          flushes += 1
          if flushes > 2 { continue }
        }
        history.append(step)
        try carryOut(step, on: gateway, &random)
        try expectManagement(of: gateway, "sequence \(sequence) of seed \(seed): \(history)")
        steps += 1
      }
      try expectAgreement(of: gateway, "sequence \(sequence) of seed \(seed): \(history)")
    }
    print("\(sequences) sequences, \(steps) steps")
  }

  private func carryOut(_ step: Step, on gateway: Gateway, _ random: inout SplitMix) throws {
    let id = Self.plan.randomElement(using: &random)?.id ?? ""
    let ssh = ["SSH_CONNECTION=198.51.100.2 40000 198.51.100.1 22"]
    switch step {
    case .close: try gateway.close(id, "--for", "\(Int.random(in: 5...9, using: &random))s", environment: ssh)
    case .closeAll:
      // With the port of the session in it this is refused; without, it closes the others.
      try gateway.close("cl-aaaaaaaa", "cl-bbbbbbbb", "cl-eeeeeeee", environment: ssh)
    case .confirm: try gateway.kadomori("confirm", gateway.plan)
    case .undo: try gateway.kadomori("undo", id)
    case .undoAll: try gateway.kadomori("undo", "--all")
    case .flushRuleset: _ = try gateway.run(in: "gw", ["nft", "flush", "ruleset"])
    case .deleteTable: _ = try gateway.run(in: "gw", ["nft", "delete", "table", "inet", "kadomori"])
    case .flushSet: _ = try gateway.run(in: "gw", ["nft", "flush", "set", "inet", "kadomori", "close_wan"])
    case .kill: if let helper = gateway.helper { kill(helper, SIGKILL) }
    case .stop: if let helper = gateway.helper { kill(helper, SIGTERM) }
    }
  }

  private func expectManagement(of gateway: Gateway, _ history: String) throws {
    #expect(try gateway.answers(22), "SSH from the WAN side: \(history)")
    #expect(try gateway.answers(22, at: "192.168.9.1", from: "lan"), "SSH from the LAN: \(history)")
    #expect(try gateway.answers(1883, at: "198.51.100.2", from: "gw"), "the broker: \(history)")
  }

  /// What is confirmed on disk, and nothing else, is confirmed in the kernel.
  private func expectAgreement(of gateway: Gateway, _ history: String) throws {
    // A helper that was stopped, not killed, comes back with the next question.
    _ = try gateway.kadomori("closings")
    var last = ""
    let agrees = try? gateway.until("agreement", seconds: 2) { () -> Bool? in
      let disk = ids(gateway.directory.read("firewall/closed.json"), after: #""id" : ""#)
      let kernel = ids(try gateway.rules("list", "table", "inet", "kadomori"), after: "kept ")
      last = "on disk \(disk.sorted()), in the kernel \(kernel.sorted())"
      let told = ClosingChange.open(
        ClosingHistory.changes(in: Array(gateway.directory.read("firewall/changes.jsonl").utf8)))
      let noted = Set(told.filter { $0.value.event == .confirmed }.keys)
      last += ", noted \(noted.sorted())"
      return disk == kernel && disk == noted ? true : nil
    }
    #expect(agrees == true, "\(last): \(history)")
  }

  private func ids(_ text: String, after word: String) -> Set<String> {
    Set(text.components(separatedBy: word).dropFirst().map { String($0.prefix(11)) })
  }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
