/// The limits a payload must keep before anything interprets it.
///
/// One pass over the bytes without recursion and without allocation, so that a nest of a hundred
/// thousand brackets costs as little as any other rubbish.
package enum PayloadBounds {
  /// The largest payload of the contract; longer lists are split.
  package static let maximumBytes = 256 * 1024
  /// More levels than the deepest message has, and far fewer than any decoder's stack.
  package static let maximumDepth = 16

  /// Checks that the payload is one JSON object within the bounds; strings and numbers inside are the
  /// decoder's to judge.
  ///
  /// A byte order mark or a zero byte is refused: with either, a decoder might read UTF-16 where this
  /// pass saw UTF-8.
  package static func check(_ payload: some Collection<UInt8>) throws(Rejection) {
    guard payload.count <= maximumBytes else { throw .tooLarge(bytes: payload.count) }
    var depth = 0
    var inString = false
    var escaped = false
    var ended = false
    var offset = 0
    for byte in payload {
      if inString {
        switch byte {
        case _ where escaped: escaped = false
        case 0x5c: escaped = true
        case 0x22: inString = false
        case ..<0x20: throw .notJSON(at: offset)
        default: break
        }
      } else {
        switch byte {
        case 0x20, 0x09, 0x0a, 0x0d: break
        case _ where ended: throw .notJSON(at: offset)
        case 0x7b, 0x5b:
          guard depth > 0 || byte == 0x7b else { throw .notJSON(at: offset) }
          depth += 1
          guard depth <= maximumDepth else { throw .tooDeep }
        case 0x7d, 0x5d:
          depth -= 1
          guard depth >= 0 else { throw .notJSON(at: offset) }
          ended = depth == 0
        case _ where depth == 0: throw .notJSON(at: offset)
        case 0x22: inString = true
        case 0x21...0x7e: break
        default: throw .notJSON(at: offset)
        }
      }
      offset += 1
    }
    guard ended else { throw .notJSON(at: offset) }
  }
}
