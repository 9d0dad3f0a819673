package import Posture

/// A device whose kind somebody knows.
package struct KnownDevice: Sendable {
  /// Which half of what is known serves to choose confidences, and which to judge them.
  package enum Half: String, Sendable, CaseIterable {
    case tuning
    case heldOut = "held-out"

    /// The half of a group: by a hash of its name, so that it stays where it is (FNV-1a, 64 bits).
    package init(of group: String) {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in group.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      // The lower bits of this hash alone follow the last bytes.
      self = (hash ^ hash >> 32).nonzeroBitCount.isMultiple(of: 2) ? .tuning : .heldOut
    }
  }

  package var device: Device
  /// `nil` where it is of none of our kinds.
  package var kind: DeviceKind?
  /// What is alike, as the texts of one fingerprint; all of a group are in the same half.
  package var group: String
  /// What it is, for people.
  package var name: String

  package var half: Half { Half(of: group) }

  package init(_ device: Device, kind: DeviceKind?, group: String, name: String) {
    self.device = device
    self.kind = kind
    self.group = group
    self.name = name
  }
}
