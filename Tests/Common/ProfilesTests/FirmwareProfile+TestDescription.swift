import Profiles
import Testing

/// A profile is told by its id: the whole of it would fill the log.
extension FirmwareProfile: @retroactive CustomTestStringConvertible {
  public var testDescription: String { id }
}
