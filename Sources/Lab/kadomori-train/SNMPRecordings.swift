package import Posture

/// Devices of recordings of SNMP, in the format of snmpsim: a line has an object, a tag and a value.
package enum SNMPRecordings {
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// What a file of labels calls a device that is of none of our kinds.
  package static let other = "other"

  /// Reads lines of NAME and KIND between tabs; `#` begins a comment line.
  package static func labels(_ text: String, name: String) throws(Fault) -> [String: DeviceKind?] {
    var labels: [String: DeviceKind?] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let fields = line.split(separator: "\t").map(String.init)
      let kind = fields.count == 2 ? DeviceKind(rawValue: fields[1]) : nil
      guard fields.count == 2, kind != nil || fields[1] == other else {
        throw Fault(description: "\(name): line \(index + 1): a name and a kind, or '\(other)', are needed")
      }
      labels[fields[0]] = .some(kind)
    }
    return labels
  }

  /// The device of one recording; `nil` where it holds neither `sysDescr` nor `sysObjectID` (RFC 3418).
  package static func device(_ recording: [UInt8]) -> Device? {
    var description: [UInt8]?
    var object: String?
    for line in recording.split(separator: 0x0a) {
      if let value = value(of: "1.3.6.1.2.1.1.1.0", in: line) { description = description ?? value }
      if let value = value(of: "1.3.6.1.2.1.1.2.0", in: line) {
        object = object ?? String(decoding: value, as: UTF8.self)
      }
      if description != nil, object != nil { break }
    }
    guard description != nil || object != nil else { return nil }
    return Device(id: "dev-recorded", services: [SaidText.snmp(description: description, object: object)])
  }

  private static func value(of object: String, in line: ArraySlice<UInt8>) -> [UInt8]? {
    guard line.starts(with: Array("\(object)|".utf8)) else { return nil }
    let parts = line.split(separator: 0x7c, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let value = parts[2].last == 0x0d ? parts[2].dropLast() : parts[2]
    // A tag that ends in x has its value in hexadecimal digits.
    guard parts[1].last == 0x78 else { return Array(value) }
    let digits = value.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// The labelled devices of a folder and its folders.
  static func devices(in folder: String, labels: [String: DeviceKind?]) throws -> [KnownDevice] {
    try names(in: folder).compactMap { name in
      guard let kind = labels[name], let device = device(try Files.read("\(folder)/\(name).snmprec")) else {
        return nil
      }
      // Recordings of one product are one group.
      let object = device.services.first?.facts[.objectID] ?? name
      return KnownDevice(device, kind: kind, group: "snmp \(object)", name: name)
    }
  }

  private static func names(in folder: String, below path: String = "") throws -> [String] {
    try Files.names(in: "\(folder)/\(path)").flatMap { name -> [String] in
      if Files.isFolder("\(folder)/\(path)\(name)") { return try names(in: folder, below: "\(path)\(name)/") }
      return name.hasSuffix(".snmprec") ? ["\(path)\(name.dropLast(8))"] : []
    }
  }
}
