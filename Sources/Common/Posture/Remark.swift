/// What a scan noticed of a device as a whole, in a closed list.
package enum Remark: String, Hashable, Sendable, Codable, CaseIterable {
  /// It stopped answering while it was asked, and was left alone from then on.
  case stoppedAnswering = "stopped-answering"
  /// It became slow while it was asked, and was asked less from then on.
  case slowedDown = "slowed-down"
  /// It takes connections on every port and answers on none, so its open ports mean nothing.
  case acceptsEverything = "accepts-everything"
  /// Its maker says that it no longer looks after it (RFC 8520, section 3.6).
  case unsupported
  /// It was not seen: what is told of it is what was last known.
  case absent
  /// It is absent, and the clock was not set when it was last seen.
  case clockUnset = "clock-unset"
}
