import Posture

/// What a GetEndpointsResponse says of a server (OPC UA part 4, sections 5.5.4 and 7.14).
struct UAEndpoints {
  private(set) var identification = Identification(.opcUA, facts: [.anonymous: "refused"])

  /// Reads the body of a message: channel, token, order, node 431, header, endpoints.
  init?(_ body: [UInt8]) {
    var cursor = ByteCursor(body)
    guard cursor.skip(16) != nil, cursor.take(4) == [1, 0, 0xaf, 1], cursor.skipUAResponseHeader(),
      let count = cursor.little(4), count != 0xffff_ffff
    else { return nil }
    for _ in 0..<min(count, 32) {
      guard readEndpoint(&cursor) else { break }
    }
  }

  /// Reads one EndpointDescription; `false` when it is not whole.
  private mutating func readEndpoint(_ cursor: inout ByteCursor) -> Bool {
    guard cursor.skipUAString(), let application = cursor.uaString(), let product = cursor.uaString(),
      let name = localizedText(&cursor), cursor.skip(4) != nil, cursor.skipUAString(), cursor.skipUAString(),
      skipStrings(&cursor), cursor.skipUAString(), let mode = cursor.little32(), cursor.skipUAString(),
      let hasAnonymous = readTokens(&cursor), cursor.skipUAString(), cursor.skip(1) != nil
    else { return false }
    identification.facts[.name] = Text.shown(Text.clean(name)) ?? Text.shown(Text.clean(application))
    identification.product = Text.shown(Text.clean(product))
    identification.facts[.product] = identification.product
    // Mode 1 is None: neither signed nor encrypted.
    if hasAnonymous, mode == 1 { identification.facts[.anonymous] = "open" }
    return true
  }

  /// Whether one of the user token policies is of type 0, anonymous.
  private func readTokens(_ cursor: inout ByteCursor) -> Bool? {
    guard let count = cursor.little(4) else { return nil }
    guard count != 0xffff_ffff else { return false }
    guard count <= 32 else { return nil }
    var hasAnonymous = false
    for _ in 0..<count {
      guard cursor.skipUAString(), let type = cursor.little32(), cursor.skipUAString(), cursor.skipUAString(),
        cursor.skipUAString()
      else { return nil }
      if type == 0 { hasAnonymous = true }
    }
    return hasAnonymous
  }

  /// A mask, then the locale and the text if there (part 6, section 5.2.2.14).
  private func localizedText(_ cursor: inout ByteCursor) -> [UInt8]? {
    guard let mask = cursor.u8() else { return nil }
    if mask & 1 != 0 { guard cursor.skipUAString() else { return nil } }
    return mask & 2 != 0 ? cursor.uaString() : []
  }

  private func skipStrings(_ cursor: inout ByteCursor) -> Bool {
    guard let count = cursor.little(4) else { return false }
    guard count != 0xffff_ffff else { return true }
    guard count <= 64 else { return false }
    for _ in 0..<count { guard cursor.skipUAString() else { return false } }
    return true
  }
}
