import Addresses
package import Classify
import LinuxIO
package import MUD
package import Posture
import Recog
import Recognition

/// What others know of devices, read from where they keep it: fingerprints and MUD files of the operator's, and the
/// registry of hardware addresses that the package `ieee-data` brings.
package struct ReferenceData: Sendable {
  package static let registry = "/usr/share/ieee-data"
  private static let registryFiles = ["oui.csv", "mam.csv", "oui36.csv", "iab.csv"]
  private static let fileLimit = 16 * 1_048_576

  private let fingerprints: RecogBase
  private let types: String
  private let registry: String
  /// What makers say of their devices.
  package let mud: MUDLibrary
  /// What could not be read, each with its place.
  package let problems: [String]

  /// Reads the fingerprints in a folder, and the MUD files in others.
  ///
  /// `types` is the file of what traffic tells. The registry is read anew for each scan, and never held.
  package init(
    fingerprints folder: String?, mud folders: [String] = [], types: String,
    registry: String = ReferenceData.registry
  ) {
    self.registry = registry
    self.types = types
    var loader = RecogLoader(keys: FingerprintClues.keys)
    var problems: [String] = []
    if let folder {
      do throws(SystemError) {
        for name in try Files.names(in: folder, suffix: ".xml").sorted() {
          loader.add(name: name, try Files.read("\(folder)/\(name)", limit: Self.fileLimit))
        }
        problems += loader.faults.map { "fingerprints: \(folder)/\($0)" }
      } catch {
        problems.append("fingerprints: \(error)")
      }
    }
    fingerprints = loader.finish()
    if let folder, fingerprints.count == 0, problems.isEmpty {
      problems.append("fingerprints: no XML file in \(folder) tells of devices")
    }
    let (mud, more) = MUDLibrary.load(folders)
    self.mud = mud
    self.problems = problems + more
  }

  /// What traffic is typical of which types of device; read anew for each scan, and `nil` where it cannot be.
  package var model: Model? {
    (try? Files.read(types, limit: Model.sizeLimit)).flatMap { try? Model(bytes: $0) }
  }

  /// How many fingerprints there are.
  package var fingerprintCount: Int { fingerprints.count }

  /// The clues on each device, by its id.
  package func clues(on devices: [Device]) -> [String: [Clue]] {
    var prefixes = VendorPrefixes(of: devices.compactMap(\.mac))
    for name in Self.registryFiles {
      // Without the registry, devices stay without their interface's vendor.
      try? Files.forEachLine(of: "\(registry)/\(name)", limit: Self.fileLimit) { prefixes.read($0) }
    }
    var clues: [String: [Clue]] = [:]
    for device in devices {
      var own = FingerprintClues.clues(of: device, by: fingerprints)
      if let mac = device.mac, let vendor = prefixes.vendor(of: mac) {
        own.append(
          Clue(
            .vendorPrefix, vendor: vendor, confidence: 0.5,
            detail: "the hardware address belongs to \(vendor)"))
      }
      if let clue = mud.clue(on: device) { own.append(clue) }
      clues[device.id] = own
    }
    return clues
  }
}
