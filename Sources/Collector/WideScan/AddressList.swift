package import Addresses

/// Single addresses to probe, one a line: what a provider knows to be in use.
package enum AddressList {
  /// The most addresses of one list.
  package static let most = 1_000_000
  /// The largest file: as many lines of the longest form of an address (RFC 4291, section 2.2).
  package static let largestFile = most * 46

  /// Reads a list; lines that are empty or begin with `#` say nothing.
  package static func read(_ bytes: [UInt8]) throws(AddressListError) -> [IPAddress] {
    var (addresses, line, number): ([IPAddress], [UInt8], Int) = ([], [], 1)
    func take() throws(AddressListError) {
      let text = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(
        separator: " ")
      guard !text.isEmpty, !text.hasPrefix("#") else { return }
      guard let address = IPAddress(text) else {
        throw AddressListError(
          line: number, "'\(text.prefix(60))' is no address such as 198.18.0.7 or 2001:db8::7")
      }
      guard addresses.count < most else {
        throw AddressListError(line: number, "more than \(most) addresses")
      }
      addresses.append(address)
    }
    for byte in bytes {
      guard byte == 0x0a else {
        line.append(byte)
        continue
      }
      try take()
      line.removeAll(keepingCapacity: true)
      number += 1
    }
    try take()
    return addresses
  }
}

/// Where a list of addresses is none.
package struct AddressListError: Error, Hashable, Sendable, CustomStringConvertible {
  package let line: Int
  package let reason: String

  init(line: Int, _ reason: String) {
    self.line = line
    self.reason = reason
  }

  package var description: String { "line \(line): \(reason)" }
}
