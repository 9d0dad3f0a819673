package import Traits

/// What was seen of one device in one capture, with the type it is known to be.
package struct Example: Sendable {
  package var type: DeviceType
  /// What each hearing of the capture tells; a hearing of nothing is not in it.
  package var heard: [HeardPart: Set<Trait>]

  package init(type: DeviceType, heard: [HeardPart: Set<Trait>]) {
    self.type = type
    self.heard = heard.filter { !$0.value.isEmpty }
  }
}
