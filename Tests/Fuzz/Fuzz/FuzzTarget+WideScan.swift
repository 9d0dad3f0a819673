import Addresses
import Posture
import Settings
import WideScan

extension FuzzTarget {
  private static let signer = [UInt8](repeating: 7, count: 32)

  /// A frame that a stranger sends to a scanner, and all files that a scan reads: the first byte says which.
  static func wideScan(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    switch first % 6 {
    case 0: frame(rest)
    case 1:
      let read = try? Authorisation(rest, keys: [signer], now: WallTime(milliseconds: 1_790_000_000_000))
      precondition(read == nil, "nobody has signed that")
    case 2:
      guard let checkpoint = Checkpoint(rest) else { return }
      precondition(Checkpoint(checkpoint.bytes) == checkpoint, "a checkpoint changes when written")
    case 3: _ = try? AddressList.read(rest)
    case 4: _ = try? Node(yaml: rest, file: "f").read(ScanPlan.format)
    default: _ = try? Node(yaml: rest, file: "f").read(OptOut.format)
    }
    if let block = AddressBlock(String(decoding: rest, as: UTF8.self)) { _ = block.problem }
  }

  private static func frame(_ bytes: [UInt8]) {
    guard let heard = AnswerReader.read(bytes), var engine = engine else { return }
    let reaction = engine.hear(heard, at: 1)
    precondition(reaction.sighting == nil && reaction.reset == nil, "nothing was asked")
  }

  private static let engine: ScanEngine? = {
    guard let block = AddressBlock("198.18.0.0/24"), let key = ScanKey([UInt8](repeating: 9, count: 24)),
      let ports = SourcePorts(first: 47_000)
    else { return nil }
    let authorisation = Authorisation(
      owner: "o", contact: "c", approvedBy: "a", validUntil: WallTime(milliseconds: 0), interfaces: ["i"],
      blocks: [block])
    // Of questions only those that a stranger cannot answer by chance.
    let questions = DatagramQuestion.all.filter { $0.proofBits > 24 }
    let services = [.tcp(80), .echo] + questions.map { ProbedService.udp($0) }
    guard let space = try? TargetSpace(authorisation, services: services) else { return nil }
    return ScanEngine(
      space, key: key, ports: ports, source4: IPv4Address(bits: 0xc633_6402), source6: nil)
  }()
}
