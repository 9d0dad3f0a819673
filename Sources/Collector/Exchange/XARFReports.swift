import Addresses
package import Correlate
import Cryptography
import Foundation
import Posture
import Sightings

/// Reports of open services in XARF 4.2 (vulnerability/open_service), one JSON object a line.
///
/// A report may leave the provider, so it says nothing of gateway, device or subscriber: address, port and second, which
/// whoever assigned the address can find its holder by.
package struct XARFReports: Sendable {
  /// Who answers for a report.
  package struct Contact: Hashable, Sendable, Encodable {
    package var org: String
    /// An e-mail address.
    package var contact: String
    package var domain: String

    /// `nil` where one of them is none.
    package init?(org: String, contact: String, domain: String) {
      let parts = contact.split(separator: "@", omittingEmptySubsequences: false)
      guard (1...200).contains(org.count), parts.count == 2, !parts[0].isEmpty,
        parts[0].utf8.allSatisfy({ (0x21...0x7e).contains($0) && !"\"(),:;<>[\\]".utf8.contains($0) }),
        Self.isDomain(parts[1]), Self.isDomain(domain)
      else { return nil }
      self.org = org
      self.contact = contact
      self.domain = domain
    }

    private static func isDomain(_ text: some StringProtocol) -> Bool {
      let labels = text.split(separator: ".", omittingEmptySubsequences: false)
      return text.utf8.count <= 253 && labels.count >= 2
        && labels.allSatisfy { label in
          (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy {
              (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
        }
    }
  }

  package var contact: Contact

  package init(from contact: Contact) {
    self.contact = contact
  }

  package func lines(_ services: [ReachableService], scope: TenantScope) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try scope.admitted(services).map { service in
      String(decoding: try encoder.encode(report(service, encoder)), as: UTF8.self) + "\n"
    }.joined()
  }

  private func report(_ service: ReachableService, _ encoder: JSONEncoder) throws -> Report {
    let sighting = service.sighting
    let proof = Proof(
      address: sighting.address.description, port: Int(sighting.port.number),
      transport: sighting.port.transport.rawValue, protocol: service.serviceName,
      time: sighting.time.description, source: sighting.source)
    let bytes = Array(try encoder.encode(proof))
    let hash = Digest.sha256(bytes)
    return Report(
      id: Self.identifier(hash), timestamp: sighting.time.description, reporter: contact,
      sender: contact, source: sighting.address.description,
      sourcePort: Int(sighting.port.number), service: service.serviceName,
      evidence: [
        Evidence(
          description: "What was seen, by whom and when", payload: Data(bytes).base64EncodedString(),
          hash: "sha256:" + Hexadecimal.text(hash), size: bytes.count)
      ],
      tags: ["severity:\(service.severity.rawValue)"] + (service.check.map { ["check:\($0)"] } ?? []),
      description: """
        \(sighting.tls ? "TLS and " : "")\(service.serviceName) answered at \
        \(sighting.port.transport.rawValue) port \(sighting.port.number).
        """)
  }

  /// The same for the same sighting, so that a report sent twice can be told from two: a UUID of version 8, whose bits
  /// are its maker's (RFC 9562, section 5.8).
  private static func identifier(_ hash: [UInt8]) -> String {
    var bytes = Array(hash.prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x80
    bytes[8] = bytes[8] & 0x3f | 0x80
    let text = Hexadecimal.text(bytes)
    var groups: [Substring] = []
    var rest = text[...]
    for count in [8, 4, 4, 4, 12] {
      groups.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return groups.joined(separator: "-")
  }

  private struct Proof: Encodable {
    var address: String
    var port: Int
    var transport: String
    var `protocol`: String
    var time: String
    var source: String
  }

  private struct Evidence: Encodable {
    var contentType = "application/json"
    var description: String
    var payload: String
    var hash: String
    var size: Int

    private enum CodingKeys: String, CodingKey {
      case description, payload, hash, size
      case contentType = "content_type"
    }
  }

  private struct Report: Encodable {
    var version = "4.2.0"
    var id: String
    var timestamp: String
    var reporter: Contact
    var sender: Contact
    var source: String
    var sourcePort: Int
    var category = "vulnerability"
    var type = "open_service"
    var service: String
    var evidenceSource = "automated_scan"
    var evidence: [Evidence]
    var tags: [String]
    var description: String

    private enum CodingKeys: String, CodingKey {
      case timestamp, reporter, sender, category, type, service, evidence, tags, description
      case version = "xarf_version"
      case id = "report_id"
      case source = "source_identifier"
      case sourcePort = "source_port"
      case evidenceSource = "evidence_source"
    }
  }
}
