package import Posture

/// The MUD files that an operator has put in place, by their URL.
///
/// Nothing is ever fetched. A request would tell the maker, or whomever a hostile device names, that this household
/// has the device and when it is on; and nothing but the operator's own choice says which maker is to be believed. For
/// the same reason no signature is asked for: whoever put the file there has decided.
package struct MUDLibrary: Sendable {
  private struct Entry {
    var name: String
    var file: MUDFile
  }

  /// More files than any house has makes of devices.
  package static let limit = 512

  private var entries: [MUDURL: Entry] = [:]
  /// What the operator may want to know: files that give way to newer ones.
  package private(set) var notes: [String] = []

  package init() {}

  package var count: Int { entries.count }

  /// Adds a file; of two with one URL the one that was updated later counts.
  package mutating func add(_ bytes: [UInt8], name: String) throws(MUDError) {
    let file = try MUDFile(bytes, name: name)
    guard let other = entries[file.url] else {
      guard entries.count < Self.limit else {
        throw MUDError(file: name, place: "", problem: "is one too many; at most \(Self.limit) are read")
      }
      entries[file.url] = Entry(name: name, file: file)
      return
    }
    let isNewer = other.file.lastUpdate < file.lastUpdate
    notes.append(
      "\(isNewer ? other.name : name): not used; \(isNewer ? name : other.name) is a later file for \(file.url)"
    )
    if isNewer { entries[file.url] = Entry(name: name, file: file) }
  }

  package subscript(url: MUDURL) -> MUDFile? { entries[url]?.file }
}

extension MUDLibrary {
  /// The file that a device points at.
  package func file(of device: Device) -> MUDFile? {
    device.facts[.mudURL].flatMap { MUDURL($0) }.flatMap { self[$0] }
  }

  /// What the maker calls the device.
  package func clue(on device: Device) -> Clue? {
    guard let file = file(of: device) else { return nil }
    let words = file.systemInfo.map { ": \($0)" } ?? ""
    return Clue(
      .saysItself, vendor: file.manufacturer, model: file.model, confidence: 0.5,
      detail: "MUD file \(file.url)\(words)")
  }

  /// The device with the maker's word on every service of which no profile says anything.
  ///
  /// | profile | MUD file | the service is |
  /// |---|---|---|
  /// | needed | anything | needed: somebody has seen the device use it |
  /// | not needed | anything | not needed: a maker allows more than an owner wants |
  /// | nothing | needed | needed |
  /// | nothing | not allowed | not needed |
  ///
  /// What a profile knows to be bad stays a finding, and so does what no need excuses.
  package func applied(to device: Device) -> Device {
    guard let file = file(of: device) else { return device }
    var result = device
    if !file.isSupported, !result.remarks.contains(.unsupported) { result.remarks.append(.unsupported) }
    for index in result.services.indices where result.services[index].needed == .unknown {
      let need = file.need(of: result.services[index].port)
      guard need != .unknown else { continue }
      result.services[index].needed = need
      result.services[index].neededBy = .mud
    }
    return result
  }

  /// The URLs that devices offer and no file here has, in order.
  package func missing(on devices: [Device]) -> [MUDURL] {
    let urls = Set(devices.compactMap { $0.facts[.mudURL].flatMap { MUDURL($0) } })
    return urls.filter { self[$0] == nil }.sorted { $0.text < $1.text }
  }
}
