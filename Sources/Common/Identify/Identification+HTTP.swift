import Addresses
package import Posture

extension Identification {
  /// Reads what kind of HTTP service this is from what it says of itself.
  init(http answer: HTTPAnswer) {
    let server = answer.field("server") ?? ""
    let type = answer.field("content-type") ?? ""
    func serverHas(_ word: String) -> Bool { server.range(ofFirst: word) != nil }
    self.init(.http, facts: answer.facts)
    (product, version) = Product.split(server.isEmpty ? nil : server)
    if answer.family == "ICY" {
      product = answer.field("icy-name") == nil ? "ICY" : "SHOUTcast"
      version = nil
    }
    if serverHas("upnp/") {
      (product, version) = Product.upnp(server)
      // Some web servers name UPnP for the whole device; a page for people is a home page all the same.
      let isPage = (facts[.title] != nil && answer.status < 400) || facts[.realm] != nil
      let isPlain = server.lowercased().hasPrefix("rompager/")
      if isPlain { (product, version) = Product.split(server) }
      // A media server of DLNA is one whatever it shows to people, and says so in this field.
      let isMedia = serverHas("dlnadoc/")
      if !isPlain, isMedia || !isPage || answer.holdsDeviceDescription { `protocol` = .upnp }
    }
    if answer.holdsDeviceDescription {
      `protocol` = .upnp
      facts.merge(UPnPDescription.facts(answer.body)) { $1 }
    }
    if type.range(ofFirst: "application/ipp") != nil { `protocol` = .ipp }
    if type.range(ofFirst: "application/hap+json") != nil { `protocol` = .hap }
    if type.range(ofFirst: "audio/") != nil || answer.family == "ICY" {
      facts[.type] = type.isEmpty ? nil : type
      facts[.name] = answer.field("icy-name")
    }
    if answer.isConnectionRequestServer { `protocol` = .cwmp }
  }
}

extension HTTPAnswer {
  /// Whether the body is a device description (UPnP Device Architecture 1.1, section 2.3).
  var holdsDeviceDescription: Bool {
    body.prefix(1024).firstRange(of: Array("urn:schemas-upnp-org:device-1-0".utf8)) != nil
  }

  /// Whether the service asks for the digest credentials of a management server under a name of that
  /// protocol; TR-069, section 3.2.2, leaves path and realm of connection requests to the vendor, so
  /// that only what names itself can be told.
  var isConnectionRequestServer: Bool {
    guard status == 401 || status == 404 || status == 503 || status == 204 else { return false }
    let texts = [field("server"), field("www-authenticate")].compactMap { $0 }
    return texts.contains { text in
      ["cwmp", "tr069", "tr-069", "tr_069", "tr69"].contains { text.range(ofFirst: $0) != nil }
    }
  }
}

/// Reads the description of a UPnP device (UPnP Device Architecture 1.1, section 2.3).
package enum UPnPDescription {
  /// The facts of the root device, whose elements come before those of embedded devices.
  package static func facts(_ body: [UInt8]) -> [ServiceFact: String] {
    let elements: [(StaticString, ServiceFact)] = [
      ("friendlyName", .name), ("manufacturer", .vendor), ("modelName", .product),
      ("modelNumber", .revision), ("deviceType", .type),
    ]
    var facts: [ServiceFact: String] = [:]
    for (element, fact) in elements { facts[fact] = text(of: element, in: body) }
    facts[.uuid] = text(of: "UDN", in: body).flatMap(UUIDText.of)
    return facts
  }

  private static func text(of element: StaticString, in body: [UInt8]) -> String? {
    let open = Array("<\(element)>".utf8)
    guard let start = body.firstRange(of: open)?.upperBound, let end = body[start...].firstIndex(of: 0x3c)
    else { return nil }
    return Text.shown(XMLText.unescaped(body[start..<end]))
  }
}

/// Decodes the text of XML elements.
enum XMLText {
  /// Replaces the five predefined entities (XML 1.0, section 4.6).
  static func unescaped(_ bytes: some Sequence<UInt8>) -> String {
    var text = String(decoding: Array(bytes.prefix(2048)), as: UTF8.self)
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
    ] {
      text = text.replacing(entity, with: character)
    }
    return text
  }
}

extension Handshake {
  /// Asks for the description that the device's own SSDP answer points to.
  package static func upnpDescription(path: String) -> Handshake {
    let safe =
      path.utf8.count <= 512 && path.hasPrefix("/") && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    return Handshake("upnp") { host in
      WebRequest.get(safe ? path : "/", host: host)
    } read: { bytes, ended in
      guard Greeting.starts(bytes, "HTTP/") else { return .no }
      guard ended, let answer = HTTPAnswer(bytes, ended: true) else { return ended ? .no : .more }
      return .identified(.init(http: answer))
    }
  }
}
