package import Posture

/// The devices of a site, or one part of them: `…/twin/devices`, `…/twin/devices/2` and so on.
///
/// Every part is a retained message of its own topic. A list that shrinks leaves parts behind, which
/// its gateway clears with empty payloads and a collector forgets when it reads a smaller `parts`.
package struct DevicesBody: MessageBody, Hashable {
  package static var kind: String? { "devices" }

  /// How many parts one list may have: 64 parts of 192 KiB hold tens of thousands of devices.
  package static let maximumParts = 64

  package var devices: [Device]
  /// The part's number, from 1.
  package var part: Int
  package var parts: Int

  package init(devices: [Device], part: Int = 1, parts: Int = 1) {
    self.devices = devices
    self.part = part
    self.parts = parts
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.devices = try container.decode([Device].self, forKey: .devices)
    self.part = try container.decodeIfPresent(Int.self, forKey: .part) ?? 1
    self.parts = try container.decodeIfPresent(Int.self, forKey: .parts) ?? 1
    guard (1...Self.maximumParts).contains(parts), (1...parts).contains(part) else {
      throw Rejection.field("part and parts do not fit")
    }
  }
}

extension DevicesBody {
  /// Divides a list into bodies that each leave room for their envelope.
  ///
  /// Throws `tooLarge` for a device that alone is more than `bytes`, and for more devices than
  /// `maximumParts` parts hold. The default is 192 KiB.
  package static func split(
    _ devices: [Device], bytes limit: Int = 192 * 1024
  ) throws(Rejection) -> [DevicesBody] {
    var lists: [[Device]] = [[]]
    var size = 0
    for device in devices {
      let bytes = try encodePayload(device).count + 1
      guard bytes <= limit else { throw .tooLarge(bytes: bytes) }
      if size + bytes > limit {
        lists.append([])
        size = 0
      }
      lists[lists.count - 1].append(device)
      size += bytes
    }
    guard lists.count <= maximumParts else { throw .tooLarge(bytes: lists.count * limit) }
    return lists.enumerated().map { DevicesBody(devices: $1, part: $0 + 1, parts: lists.count) }
  }
}
