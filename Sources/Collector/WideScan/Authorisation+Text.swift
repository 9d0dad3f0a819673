import Cryptography
import Posture

extension Authorisation {
  /// Reads the file; what is signed is judged only after whose signature it is.
  static func read(_ bytes: [UInt8], keys: [[UInt8]]) throws(AuthorisationError) -> Authorisation {
    guard bytes.count <= largestFile else {
      throw .unreadable(line: 1, "the file is larger than \(largestFile) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(line: 1, "the file is no UTF-8 text")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.popLast() == "", let last = lines.popLast(), last.hasPrefix("signature ") else {
      throw .unreadable(
        line: max(1, lines.count), "the last line has to be 'signature …'; have the file signed")
    }
    let signature = Hexadecimal.bytes(String(last.dropFirst("signature ".count)))
    let signed = Array(lines.map { $0 + "\n" }.joined().utf8)
    guard keys.contains(where: { Ed25519.isValid(signature, of: signed, by: $0) }) else { throw .signature }
    let result = try read(lines)
    // Whatever was signed and is not read back, to the byte, somebody understands otherwise than we do.
    guard Array(result.text.utf8) == signed else {
      throw .unreadable(line: 1, "the lines are not in the order and form of this version; write it anew")
    }
    if let problem = result.problem { throw .says(problem) }
    return result
  }

  private static func read(_ lines: [Substring]) throws(AuthorisationError) -> Authorisation {
    guard lines.first == Substring(heading) else {
      throw .unreadable(line: 1, "the first line has to be '\(heading)'")
    }
    var words: [String: String] = [:]
    var interfaces: [String] = []
    var blocks: [AddressBlock] = []
    for (number, line) in zip(2..., lines.dropFirst()) {
      guard let space = line.firstIndex(of: " ") else {
        throw .unreadable(line: number, "'\(line)' is no word with a value behind it")
      }
      let (word, value) = (String(line[..<space]), String(line[line.index(after: space)...]))
      switch word {
      case "interface":
        guard isName(value) else { throw .unreadable(line: number, "'\(value)' is no name of an interface") }
        interfaces.append(value)
      case "block":
        guard let block = AddressBlock(value) else {
          throw .unreadable(
            line: number, "'\(value)' is no block such as 198.18.0.0/15 or '2001:db8::/40 each /56'")
        }
        blocks.append(block)
      case "owner", "contact", "approved-by", "valid-until":
        guard words.updateValue(value, forKey: word) == nil else {
          throw .unreadable(line: number, "'\(word)' is said twice")
        }
        guard !value.isEmpty, value.count <= 200 else {
          throw .unreadable(line: number, "'\(word)' takes 1 to 200 characters")
        }
      default: throw .unreadable(line: number, "'\(word)' is not known here")
      }
    }
    for word in ["owner", "contact", "approved-by", "valid-until"] where words[word] == nil {
      throw .unreadable(line: lines.count, "'\(word)' is missing")
    }
    guard let until = WallTime(words["valid-until", default: ""]) else {
      throw .unreadable(line: 5, "'valid-until' is no time such as 2027-03-31T00:00:00Z")
    }
    return Authorisation(
      owner: words["owner", default: ""], contact: words["contact", default: ""],
      approvedBy: words["approved-by", default: ""], validUntil: until, interfaces: interfaces, blocks: blocks
    )
  }

  /// Names that the kernel gives interfaces have at most 15 octets (netdevice(7)).
  private static func isName(_ text: String) -> Bool {
    (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x2f }
  }
}
