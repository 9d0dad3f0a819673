import FleetContract
import Foundation
import Outbox

let gatewayTopic = "kadomori/v1/gw-abcdefghij234567"
let eventTopic = gatewayTopic + "/evt/finding"
let postureTopic = gatewayTopic + "/twin/posture"

/// A moment of an outbox that lives in one boot with a clock that is not set.
func moment(_ lived: Duration = .zero, wall: Duration? = nil) -> Moment { Moment(lived: lived, wall: wall) }

extension Outbox {
  /// Takes an event and returns its number.
  @discardableResult
  mutating func add(
    _ worth: Worth = .medium, topic: String = eventTopic, bytes: Int = 10, at time: Moment = moment()
  ) -> Int64 {
    append(topic: topic, worth: worth, at: time) { number in
      Array("\(number) ".utf8) + [UInt8](repeating: 0x41, count: bytes)
    }
    return nextSequence - 1
  }

  @discardableResult
  mutating func addPosture(bytes: Int = 10, at time: Moment = moment()) -> Int64 {
    add(.state, topic: postureTopic, bytes: bytes, at: time)
  }

  func has(_ number: Int64) -> Bool { records.contains { $0.sequence == number } }
}

func range(_ first: Int64, _ last: Int64) -> SequenceRange {
  guard let range = SequenceRange(first, last) else { preconditionFailure("a sample is not valid") }
  return range
}

/// A directory of its own for one test, removed with everything in it.
final class Folder {
  let path: String

  init() throws {
    // Where there is memory to write to, a thousand syncs take no time.
    let memory = "/dev/shm"
    let place =
      access(memory, W_OK) == 0
      ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
    path = place.appending(path: "kadomori-outbox-\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var file: String { path + "/outbox" }
}
