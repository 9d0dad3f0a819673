/// Packs octets of which most are zero, as the checkpoint of one shard of many is: it has a bit for every target of the
/// whole scan.
///
/// In turn a number of zeros and a number of octets that follow as they are; numbers in seven bits an octet, the least
/// significant first, with the highest bit where more follow.
package enum ZeroRuns {
  /// Zeros in a row that are worth two numbers.
  private static let worth = 4

  package static func pack(_ bytes: [UInt8]) -> [UInt8] {
    var packed: [UInt8] = []
    var place = 0
    while place < bytes.count {
      var zeros = place
      while zeros < bytes.count, bytes[zeros] == 0 { zeros += 1 }
      var end = zeros
      var run = 0
      while end < bytes.count, run < worth {
        run = bytes[end] == 0 ? run + 1 : 0
        end += 1
      }
      let last = end - run
      put(zeros - place, to: &packed)
      put(last - zeros, to: &packed)
      packed += bytes[zeros..<last]
      place = last
    }
    return packed
  }

  /// `nil` for what is not packed so, or is longer than `limit` unpacked.
  package static func unpack(_ packed: [UInt8], limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = packed[...]
    while !rest.isEmpty {
      guard let zeros = number(&rest), let count = number(&rest), count <= rest.count,
        zeros <= limit - bytes.count, count <= limit - bytes.count - zeros
      else { return nil }
      bytes.append(contentsOf: repeatElement(0, count: zeros))
      bytes += rest.prefix(count)
      rest = rest.dropFirst(count)
    }
    return bytes
  }

  private static func put(_ number: Int, to packed: inout [UInt8]) {
    var number = number
    while number > 0x7f {
      packed.append(UInt8(number & 0x7f) | 0x80)
      number >>= 7
    }
    packed.append(UInt8(number))
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    var (value, shift) = (0, 0)
    while let byte = rest.popFirst(), shift < 49 {
      value |= Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }
}
