import Profiles
import Testing

/// A profile is told by its id: the whole of it would fill the log.
extension FirmwareProfile: CustomTestStringConvertible {
  /// The id.
  public var testDescription: String { id }
}
