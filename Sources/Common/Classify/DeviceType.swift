package import Posture

/// A type of device that a model knows: one product, or several that no traffic tells apart.
package struct DeviceType: Hashable, Sendable {
  /// Without white space.
  package var name: String
  package var kind: DeviceKind
  /// Without white space.
  package var vendor: String

  package init(name: String, kind: DeviceKind, vendor: String) {
    self.name = name
    self.kind = kind
    self.vendor = vendor
  }
}
