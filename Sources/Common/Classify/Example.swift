package import Traits

/// What was seen of one device in one capture, with the type it is known to be.
package struct Example: Sendable {
  package var type: DeviceType
  package var traits: Set<Trait>

  package init(type: DeviceType, traits: Set<Trait>) {
    self.type = type
    self.traits = traits
  }
}
