import Addresses
import Posture

/// What 'kadomori exposures' tells, as far as the household's page needs it.
struct PageSight: Decodable {
  struct Exposure: Decodable {
    var id: String
    var target: ClosingTarget
    var reachable: String
    var device: String?
    var leadsTo: String?

    private enum CodingKeys: String, CodingKey {
      case id, target, reachable, device
      case leadsTo = "leads_to"
    }

    /// The port of the device it leads to.
    var inner: Port {
      let number = leadsTo.flatMap { UInt16($0.split(separator: ":").last ?? "") }
      return number.map { Port(target.port.transport, $0) } ?? target.port
    }
  }

  /// What 'kadomori fix' tells of what it closed.
  struct Closed: Decodable {
    struct Closing: Decodable { var plan: String }
    var closings: [Closing]
  }

  var exposures: [Exposure]

  /// The ids of those findings about whose service strangers can be kept out; `closed` are the closings there are.
  func closable(_ findings: [Finding], closed: Set<String>) -> Set<String> {
    let open = exposures.filter {
      $0.target.side == .wan && $0.reachable != "no" && $0.device != nil && !closed.contains($0.id)
    }
    return Set(
      findings.filter { finding in
        open.contains { $0.device == finding.device && $0.inner == finding.service }
      }.map(\.id))
  }
}

extension PageSight {
  /// The device that is reached by what a closing keeps closed.
  func device(behind closing: String) -> String? { exposures.first { $0.id == closing }?.device }
}

/// A code of pairing and where it is entered.
package struct PageCode: Codable, Hashable, Sendable {
  package var v = "1.0"
  /// Eight digits.
  package var code: String
  /// The addresses of the page; empty where it is not there.
  package var places: [String]
  /// For how long the code is good.
  package var seconds: Int64
  /// Why it is not served on a LAN.
  package var problems: [String]

  init(code: String, places: [String], seconds: Int64, problems: [String]) {
    self.code = code
    self.places = places
    self.seconds = seconds
    self.problems = problems
  }

  private enum CodingKeys: String, CodingKey {
    case v, code, places, problems
    case seconds = "good_for_s"
  }
}
