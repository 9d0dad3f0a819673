/// One thing that speaks for what a device is.
package struct Clue: Hashable, Sendable, Codable {
  /// Where it comes from, in the order in which sources are believed.
  package enum Source: String, Hashable, Sendable, Codable, CaseIterable {
    /// What the device says of itself in a field made for that.
    case saysItself = "self-description"
    /// A firmware profile.
    case profile
    /// A fingerprint the operator brought along.
    case fingerprint
    /// Whom the prefix of its hardware address was given to.
    case vendorPrefix = "vendor-prefix"
    /// The statistics of what it sends unasked.
    case traffic
  }

  package var source: Source
  package var kind: DeviceKind?
  package var vendor: String?
  package var model: String?
  /// How sure this clue alone makes us, 0 to 1.
  package var confidence: Double
  /// What was seen, for people: may hold texts of the device.
  package var detail: String

  package init(
    _ source: Source, kind: DeviceKind? = nil, vendor: String? = nil, model: String? = nil,
    confidence: Double, detail: String
  ) {
    self.source = source
    self.kind = kind
    self.vendor = vendor
    self.model = model
    self.confidence = confidence
    self.detail = detail
  }
}
