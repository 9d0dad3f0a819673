import Glibc

extension MQTTSession {
  /// Waits for its socket, for so many milliseconds at most, and handles what there is: for a session that is nobody's whole
  /// work.
  package func turn(milliseconds: CInt) -> [MQTTEvent] {
    guard let descriptor = fileDescriptor else {
      let events = tick()
      if events.isEmpty { poll(nil, 0, min(10, milliseconds)) }
      return events
    }
    let interest = Int16(POLLIN) | (wantsWrite ? Int16(POLLOUT) : 0)
    var entry = pollfd(fd: descriptor, events: interest, revents: 0)
    guard poll(&entry, 1, milliseconds) >= 0 else { return [] }
    var events: [MQTTEvent] = []
    if entry.revents & Int16(POLLOUT) != 0 { events += writable() }
    if entry.revents & ~Int16(POLLOUT) != 0 { events += readable() }
    return events + tick()
  }
}
