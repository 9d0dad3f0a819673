package import Addresses
package import Posture

extension Device {
  /// The address by which people are told of it.
  package var shownAddress: IPAddress? { addresses.first(where: \.isVersion4) ?? addresses.first }

  /// Where its settings page is, by what answered; `nil` where none did.
  package var ownPage: String? {
    guard let address = addresses.first else { return nil }
    let pages = services.filter { $0.protocol.rawValue == "http" && $0.port.transport == .tcp }
    let usual = pages.first { [80, 443].contains($0.port.number) } ?? pages.first
    return usual.map { service in
      "\(service.tls ? "https" : "http")://\(address.literal):\(service.port.number)/"
    }
  }
}
