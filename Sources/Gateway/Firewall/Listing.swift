import Addresses
import Posture

/// What `nft -j list` prints, as far as it is of interest (libnftables-json(5)).
struct Listing: Decodable {
  struct Entry: Decodable {
    var table: Table?
    var set: Set?
  }

  struct Table: Decodable {
    var family: String
    var name: String
  }

  struct Set: Decodable {
    var name: String
    var table: String
    var elem: [Element]?
  }

  var nftables: [Entry]
}

extension Listing {
  /// An element: a bare value, or a value with what the kernel keeps beside it.
  struct Element: Decodable {
    var words: [String]
    var expires: Int?
    var comment: String?
    var packets: Int?

    private struct Counter: Decodable { var packets: Int? }
    private struct Concatenation: Decodable { var concat: [Word] }
    private struct Detail: Decodable {
      var val: Value
      var expires: Int?
      var comment: String?
      var counter: Counter?
    }
    private struct Wrapped: Decodable { var elem: Detail }

    /// A value of one part or of several.
    private struct Value: Decodable {
      var words: [String]

      init(from decoder: any Decoder) throws {
        if let parts = try? Concatenation(from: decoder) {
          words = parts.concat.map(\.text)
        } else {
          words = [try Word(from: decoder).text]
        }
      }
    }

    private struct Word: Decodable {
      var text: String

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try (try? container.decode(String.self)) ?? String(container.decode(Int.self))
      }
    }

    init(from decoder: any Decoder) throws {
      if let detail = try? Wrapped(from: decoder).elem {
        words = detail.val.words
        expires = detail.expires
        comment = detail.comment
        packets = detail.counter?.packets
      } else {
        words = try Value(from: decoder).words
      }
    }
  }
}

extension Listing.Element {
  /// The port that an element of one of our sets closes; `nil` for what is none.
  func target(in set: String) -> ClosingTarget? {
    guard words.count >= 2, let port = Port(words.suffix(2).joined(separator: "/")) else { return nil }
    switch set {
    case "close_wan": return ClosingTarget(port, from: .wan)
    case "close_lan": return ClosingTarget(port, from: .lan)
    default:
      guard words.count == 3, let address = IPAddress(words[0]) else { return nil }
      return ClosingTarget(port, of: .device(address), from: .wan)
    }
  }
}
