import JSONTree
import Posture

extension MUDFile {
  /// Reads a file; `name` is what errors call it.
  ///
  /// Members that are not known here are passed over (RFC 8520, section 3.9 lets makers add some).
  package init(_ bytes: [UInt8], name: String) throws(MUDError) {
    let root = try JSONPlace.read(bytes, file: name)
    let members = try root.members()
    let mud = try members.required("ietf-mud:mud", of: root)
    let about = try mud.members()
    let version = try about.required("mud-version", of: mud)
    guard case .number("1") = version.value else {
      throw version.fail("only version 1 is known (RFC 8520, section 3.1)")
    }
    let address = try about.required("mud-url", of: mud)
    guard case .string(let text) = address.value, let url = MUDURL(text) else {
      throw address.fail("is not an address that begins with https:// (RFC 8520, section 3.2)")
    }
    let updated = try about.required("last-update", of: mud)
    guard let lastUpdate = Self.time(try updated.text()) else {
      throw updated.fail("is not a date and time such as 2026-11-22T23:19:00+09:00 (RFC 6991, section 3)")
    }
    self.url = url
    self.lastUpdate = lastUpdate
    cacheValidity = try about["cache-validity"]?.int(in: 1...168) ?? 48
    isSupported = try about.required("is-supported", of: mud).bool()
    systemInfo = try about["systeminfo"]?.text()
    manufacturer = try about["mfg-name"]?.text()
    model = try about["model-name"]?.text()
    let lists = try AccessLists(members, of: root)
    var collector = OpeningCollector()
    for name in try Self.lists(of: about["to-device-policy"]) {
      collector.beginList(.toDevice)
      for entry in try lists.entries(name) {
        collector.add(toDevice: try AccessEntry(entry, .toDevice))
        if collector.isTooMuch { throw entry.fail(Self.tooMuch) }
      }
    }
    for name in try Self.lists(of: about["from-device-policy"]) {
      collector.beginList(.fromDevice)
      for entry in try lists.entries(name) {
        collector.add(fromDevice: try AccessEntry(entry, .fromDevice))
        if collector.isTooMuch { throw entry.fail(Self.tooMuch) }
      }
    }
    describesIncoming = about["to-device-policy"] != nil
    openings = collector.openings
  }

  private static let tooMuch =
    "allows or refuses too much in all: at most \(MUDLimits.openings) openings and \(MUDLimits.refusals) refusals"

  /// The places of the names of a policy's access lists (RFC 8520, section 3.3).
  private static func lists(of policy: JSONPlace?) throws(MUDError) -> [JSONPlace] {
    guard let policy else { return [] }
    guard let lists = try policy.members()["access-lists"], let list = try lists.members()["access-list"]
    else {
      return []
    }
    var names: [JSONPlace] = []
    for item in try list.items(atMost: MUDLimits.lists) {
      names.append(try item.members().required("name", of: item))
    }
    return names
  }

  /// A `date-and-time` of YANG, which may have an offset where ``WallTime`` has none.
  private static func time(_ text: String) -> WallTime? {
    if let time = WallTime(text) { return time }
    let bytes = Array(text.utf8)
    guard bytes.count > 6, bytes.count < 48, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    let offset = bytes.suffix(6).map { Int64($0) }
    func number(_ index: Int) -> Int64? {
      guard (0x30...0x39).contains(offset[index]), (0x30...0x39).contains(offset[index + 1]) else {
        return nil
      }
      return (offset[index] - 0x30) * 10 + offset[index + 1] - 0x30
    }
    guard offset[0] == 0x2b || offset[0] == 0x2d, offset[3] == 0x3a, let hours = number(1),
      let minutes = number(4), hours < 24, minutes < 60,
      let time = WallTime(String(decoding: bytes.dropLast(6), as: UTF8.self) + "Z")
    else { return nil }
    let shift = (hours * 60 + minutes) * 60_000
    return WallTime(milliseconds: time.milliseconds + (offset[0] == 0x2b ? -shift : shift))
  }
}

/// The access lists of a file, by name (RFC 8519, section 4.1).
private struct AccessLists {
  private var lists: [String: [JSONPlace]] = [:]

  init(_ members: [String: JSONPlace], of root: JSONPlace) throws(MUDError) {
    // The second name is that of the drafts, which some makers' files still have.
    let names = ["ietf-access-control-list:acls", "ietf-access-control-list:access-lists"]
    guard let whole = members[names[0]] ?? members[names[1]] else {
      throw root.fail("'\(names[0])' is missing")
    }
    guard let all = try whole.members()["acl"] else { return }
    var count = 0
    for list in try all.items(atMost: MUDLimits.lists) {
      let parts = try list.members()
      let name = try parts.required("name", of: list)
      guard let aces = parts["aces"], let entries = try aces.members()["ace"] else {
        lists[try name.text()] = []
        continue
      }
      let items = try entries.items(atMost: MUDLimits.entries - count)
      count += items.count
      guard lists.updateValue(items, forKey: try name.text()) == nil else {
        throw name.fail("another list has the same name")
      }
    }
  }

  func entries(_ name: JSONPlace) throws(MUDError) -> [JSONPlace] {
    guard let entries = lists[try name.text()] else { throw name.fail("no access list has this name") }
    return entries
  }
}
