package import Addresses
import Markup

/// Asks a gateway which ports it has mapped, and to forget one (UPnP Internet Gateway Device, WANIPConnection 1 and 2).
///
/// Reads one entry after the other (GetGenericPortMappingEntry), until the gateway says that there are no more.
package struct PortMappingService: Hashable, Sendable {
  package var type: String
  /// The path that takes its questions.
  package var controlPath: String

  private static let types = ["WANIPConnection", "WANPPPConnection"]

  /// Finds the service in a device's description; only a path on the device itself counts.
  package init?(description bytes: [UInt8], of host: Endpoint) {
    var name = ""
    var type = "", control = ""
    var found: PortMappingService?
    try? Markup.read(bytes) { event in
      switch event {
      case .start(let element):
        name = element.name
        if name == "service" { (type, control) = ("", "") }
      case .text(let text):
        if name == "serviceType" { type += text }
        if name == "controlURL" { control += text }
      case .end(let ended):
        name = ""
        guard ended == "service", found == nil,
          Self.types.contains(where: { type.hasPrefix("urn:schemas-upnp-org:service:\($0):") }),
          type.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x3c }),
          let path = Self.path(control, on: host)
        else { return }
        found = PortMappingService(type: type, controlPath: path)
      }
    }
    guard let found else { return nil }
    self = found
  }

  private init(type: String, controlPath: String) {
    self.type = type
    self.controlPath = controlPath
  }

  /// The path of an address on this host; `nil` for another host, or a text that would break a request.
  private static func path(_ text: String, on host: Endpoint) -> String? {
    let start = "http://\(host)"
    let path = text.hasPrefix(start) ? String(text.dropFirst(start.utf8.count)) : text
    guard !path.contains("://"), path.utf8.count <= 512, path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else {
      return nil
    }
    return path.hasPrefix("/") ? path : "/" + path
  }

  /// The question for one entry.
  package func request(entry index: Int, to host: Endpoint) -> [UInt8] {
    request("GetGenericPortMappingEntry", [("NewPortMappingIndex", "\(index)")], to: host)
  }

  /// The wish that a mapping be forgotten.
  package func request(deleting port: Port, to host: Endpoint) -> [UInt8] {
    let transport = port.transport.rawValue.uppercased()
    return request(
      "DeletePortMapping",
      [("NewRemoteHost", ""), ("NewExternalPort", "\(port.number)"), ("NewProtocol", transport)], to: host)
  }

  /// An action of the service as a request of HTTP/1.1; the values are numbers and words of ours.
  private func request(_ action: String, _ arguments: [(String, String)], to host: Endpoint) -> [UInt8] {
    let values = arguments.map { "<\($0.0)>\($0.1)</\($0.0)>" }.joined()
    let body = """
      <?xml version="1.0"?>\r
      <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
      s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>\
      <u:\(action) xmlns:u="\(type)">\(values)</u:\(action)></s:Body></s:Envelope>\r

      """
    return Array(
      """
      POST \(controlPath) HTTP/1.1\r
      Host: \(host)\r
      Content-Type: text/xml; charset="utf-8"\r
      SOAPAction: "\(type)#\(action)"\r
      Content-Length: \(body.utf8.count)\r
      Connection: close\r
      \r
      \(body)
      """.utf8)
  }

  /// The question for a description.
  package static func descriptionRequest(_ path: String, to host: Endpoint) -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
  }

  /// What an answer says.
  package enum Answer: Hashable, Sendable {
    case mapping(Mapping)
    /// An entry that is switched off, or makes no sense.
    case nothing
    /// There are no more entries (error 713), or the gateway does not tell (its error code, 0 for none).
    case end(error: Int)
  }

  /// The elements of an answer with their texts; `nil` for what is no markup.
  private static func elements(_ bytes: [UInt8]) -> [String: String]? {
    var name = ""
    var values: [String: String] = [:]
    do {
      try Markup.read(bytes) { event in
        switch event {
        case .start(let element):
          name = element.name.split(separator: ":").last.map(String.init) ?? ""
          if values.count < 64 { values[name, default: ""] += "" }
        case .text(let text): if values[name] != nil { values[name, default: ""] += text }
        case .end: name = ""
        }
      }
    } catch { return nil }
    return values
  }

  /// The error code of an answer to ``request(deleting:to:)``; `nil` where the mapping was forgotten, 0 for no answer of
  /// the kind.
  package static func refusal(_ bytes: [UInt8]) -> Int? {
    guard let values = elements(bytes) else { return 0 }
    if let code = values["errorCode"] { return Int(code) ?? 0 }
    return values["DeletePortMappingResponse"] == nil ? 0 : nil
  }

  /// Reads the body of an answer.
  package static func answer(_ bytes: [UInt8]) -> Answer {
    guard let values = elements(bytes) else { return .end(error: 0) }
    if let code = values["errorCode"] { return .end(error: Int(code) ?? 0) }
    guard values["NewExternalPort"] != nil else { return .end(error: 0) }
    guard values["NewEnabled"] != "0", let port = values["NewExternalPort"].flatMap({ UInt16($0) }), port > 0,
      let transport = values["NewProtocol"].flatMap({ Transport(rawValue: $0.lowercased()) }),
      let device = values["NewInternalClient"].flatMap({ IPAddress($0) }),
      let devicePort = values["NewInternalPort"].flatMap({ UInt16($0) }), devicePort > 0
    else { return .nothing }
    return .mapping(
      Mapping(
        port: Port(transport, port), device: device, devicePort: devicePort,
        description: values["NewPortMappingDescription"].flatMap(Mapping.clean)))
  }
}
