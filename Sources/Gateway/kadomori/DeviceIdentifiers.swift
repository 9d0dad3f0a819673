import Addresses
import Agent

/// How devices are named in a scan by hand.
enum DeviceIdentifiers {
  /// With the agent's own secret where this user may read it, so that ids agree with the agent's; else
  /// with one made of the machine's id (machine-id(5)), so that they agree from scan to scan.
  static func existing(_ paths: Paths) -> (MACAddress) -> String {
    guard let identity = AgentIdentity.existing(in: paths.state) else {
      return AgentIdentity.temporaryDeviceID
    }
    return identity.deviceID
  }
}
