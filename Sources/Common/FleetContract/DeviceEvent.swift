package import Posture

/// A change of one device, with what it was before and is after: `…/evt/device`.
package struct DeviceEvent: MessageBody, Hashable {
  package static var kind: String? { "device" }

  package var change: DeviceChange

  /// Takes over the change at the ISP's default detail.
  package init(_ change: DeviceChange) {
    self.change = change.atDefaultDetail
  }
}
