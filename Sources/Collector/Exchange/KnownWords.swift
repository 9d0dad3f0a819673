import Addresses
import Correlate
import Posture
import Sightings

extension ReachableService {
  /// The check's name where it is one, as every check's of ours: what a gateway tells is a stranger's text.
  var check: String? {
    guard let text = finding?.check, (1...64).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
    else { return nil }
    return text
  }

  /// `telnet`, or the port where nobody knows what answers there.
  var serviceName: String {
    guard let name = sighting.protocol, name != .unknown else { return sighting.port.description }
    return name.rawValue
  }
}
