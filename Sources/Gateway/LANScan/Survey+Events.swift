package import Addresses
import Identify
package import Posture

extension Survey {
  /// A connection was made.
  package mutating func opened(_ id: ConnectionID, now: Duration) {
    guard var connection = connections[id], let device = targets[connection.address]?.device else { return }
    // The kernel adds an acknowledgement, and a FIN with its acknowledgement at the end.
    pacer.spend(3, at: now)
    let port = connection.attempt.port
    countAnswer(to: connection, now: now)
    targets[connection.address]?.connecting -= 1
    targets[connection.address]?.talking += 1
    targets[connection.address]?.silentInARow = 0
    manners[device]?.connecting -= 1
    manners[device]?.talking += 1
    if PortPolicy(port: port).isExclusive { manners[device]?.isFragile = true }
    connection.isOpen = true
    connections[id] = connection
    // Many at once were answered late: this one has its turn when the others are done.
    let most = manners[device]?.isFragile == true ? 1 : politeness.conversationsPerDevice
    guard manners[device]?.talking ?? 0 <= most else {
      end(id)
      actions.append(.close(id))
      targets[connection.address]?.tcp.append(connection.attempt)
      return
    }
    if targets[connection.address]?.result.services[.tcp(port)] == nil, !connection.attempt.describes {
      record(Identification(.unknown), at: .tcp(port), of: connection.address)
    }
    var conversation =
      connection.attempt.conversation
      ?? Conversation(
        host: connection.address, port: port, hint: targets[connection.address]?.hints[port] ?? [],
        asGuest: true)
    let step = conversation.opened()
    connections[id]?.attempt.conversation = conversation
    perform(step, on: id, now: now)
  }

  /// A connection was refused: the port is closed.
  package mutating func refused(_ id: ConnectionID, now: Duration) {
    guard let connection = connections[id], !connection.isOpen else { return }
    targets[connection.address]?.silentInARow = 0
    targets[connection.address]?.refusals += 1
    countAnswer(to: connection, now: now)
    end(id)
    if let conversation = connection.attempt.conversation {
      conclude(conversation, of: connection)
    }
  }

  package mutating func received(_ id: ConnectionID, _ bytes: [UInt8], now: Duration) {
    step(id, now: now) { $0.received(bytes) }
  }

  /// A TLS handshake is complete, and `facts` is what it told.
  package mutating func secured(_ id: ConnectionID, _ facts: [ServiceFact: String] = [:], now: Duration) {
    connections[id]?.attempt.tls.merge(facts) { $1 }
    step(id, now: now) { $0.secured() }
  }

  /// The peer closed the connection, or its TLS handshake failed.
  package mutating func closed(_ id: ConnectionID, now: Duration) {
    step(id, now: now) { $0.closed() }
  }

  /// A datagram came from an address.
  package mutating func received(datagram bytes: [UInt8], from address: IPAddress, port: UInt16) {
    guard let target = targets[address] else { return }
    for (index, followUp) in target.followUps.enumerated() where followUp.deadline != nil {
      guard case .identified(let found) = followUp.probe.read(bytes) else { continue }
      targets[address]?.followUps.remove(at: index)
      let earlier = target.result.services[followUp.port]
      return answered(
        followUp.probe, bytes, earlier?.extended(by: found) ?? found, at: followUp.port, of: address)
    }
    // Most answer from the port that was asked; TFTP and some SSDP servers from another. What was asked
    // of a whole group may be answered before the device itself was asked.
    let candidates = probes.indices.filter { target.unanswered.contains($0) || !probes[$0].groups.isEmpty }
      .sorted { (probes[$0].port == port ? 0 : 1, $0) < (probes[$1].port == port ? 0 : 1, $1) }
    for index in candidates {
      guard case .identified(let found) = probes[index].read(bytes) else { continue }
      let port = Port.udp(probes[index].port)
      targets[address]?.asked[index] = nil
      targets[address]?.udp.removeAll { $0.probe == index }
      targets[address]?.unanswered.remove(index)
      let earlier = target.result.services[port]
      return answered(probes[index], bytes, earlier?.extended(by: found) ?? found, at: port, of: address)
    }
  }

  private mutating func answered(
    _ probe: DatagramProbe, _ bytes: [UInt8], _ found: Identification, at port: Port, of address: IPAddress
  ) {
    targets[address]?.silentInARow = 0
    record(found, at: port, of: address)
    if found.protocol == .ssdp { readDescription(at: found.facts[.location], of: address) }
    // A device that always has one more answer must not keep the scan for ever.
    if let next = probe.next?(bytes), (targets[address]?.followUpCount ?? 0) < Self.followUpLimit {
      targets[address]?.followUpCount += 1
      targets[address]?.followUps.append(FollowUp(probe: next, port: port))
    }
  }

  /// Fetches the description that a device's SSDP answer points to.
  private mutating func readDescription(at location: String?, of address: IPAddress) {
    guard let place = location.flatMap({ DescriptionPlace($0, of: address) }),
      let target = targets[address], target.places.count < Self.descriptionLimit,
      target.description.isEmpty, targets[address]?.places.insert(place).inserted == true
    else { return }
    var attempt = Attempt(port: place.port)
    attempt.conversation = Conversation(host: address, place: place)
    attempt.describes = true
    targets[address]?.tcp.append(attempt)
  }

  /// Adds what the device's description says to its SSDP answer.
  private mutating func describe(_ connection: Connection, as found: Identification) {
    let address = connection.address
    guard found.protocol == .upnp, let target = targets[address], target.description.isEmpty else { return }
    let told = found.facts.filter { [.name, .vendor, .product, .revision, .type, .uuid].contains($0.key) }
    guard told[.type] != nil else { return }
    targets[address]?.description = told
    targets[address]?.result.services[.udp(1900)]?.facts.merge(told) { $1 }
    // A port that the list does not hold has been found by the device's own word.
    if !ports.contains(connection.attempt.port) {
      record(found, at: .tcp(connection.attempt.port), of: address)
    }
  }

  /// The address answered the question of ``Action/verify(_:)``.
  package mutating func alive(_ address: IPAddress) {
    guard targets[address]?.verifyDeadline != nil else { return }
    targets[address]?.verifyDeadline = nil
    targets[address]?.silentInARow = 0
  }

  /// Ends what has taken too long.
  mutating func expire(now: Duration) {
    for (id, connection) in connections where connection.deadline <= now {
      if connection.isOpen {
        step(id, now: now) { $0.silence() }
      } else {
        end(id)
        actions.append(.close(id))
        retry(connection)
      }
    }
    for address in active {
      guard var target = targets[address] else { continue }
      for (probe, attempt) in target.asked where attempt.deadline <= now {
        target.asked[probe] = nil
        if attempt.count < Self.attempts {
          target.udp.append(attempt)
        } else if attempt.count < Self.attemptsAgainstLoss {
          target.udpIfLossy.append(attempt)
        }
      }
      // A closed UDP port is silent too, so that only loss, seen by then, is a reason to ask on.
      if target.tcp.isEmpty, isLossy {
        target.udp += target.udpIfLossy
        target.udpIfLossy = []
      }
      target.followUps.removeAll { $0.deadline.map { $0 <= now } ?? false }
      if let deadline = target.verifyDeadline, deadline <= now {
        target.verifyDeadline = nil
        target.result.remarks.insert(.stoppedAnswering)
      }
      if target.silentInARow >= Self.silenceLimit, target.verifyDeadline == nil, !target.isGone {
        target.verifyDeadline = now + Self.verifyWait
        actions.append(.verify(address))
        pacer.spend(at: now)
        manners[target.device]?.pacer.spend(at: now)
      }
      targets[address] = target
    }
  }

  private mutating func retry(_ connection: Connection) {
    let address = connection.address
    targets[address]?.silentInARow += 1
    if let conversation = connection.attempt.conversation { return conclude(conversation, of: connection) }
    var next = connection.attempt
    next.count += 1
    guard next.count < attempts(on: targets[address]) else { return }
    // A fragile device must be known as one before anything else is opened on it.
    if PortPolicy(port: next.port).isExclusive {
      let waiting = targets[address]?.tcp ?? []
      let place = waiting.firstIndex { !PortPolicy(port: $0.port).isExclusive } ?? waiting.count
      targets[address]?.tcp.insert(next, at: place)
    } else {
      targets[address]?.tcp.append(next)
    }
  }

  /// Keeps what a conversation has come to that cannot go on.
  private mutating func conclude(_ conversation: Conversation, of connection: Connection) {
    var last = conversation
    guard !connection.attempt.describes, case .finished(let found) = last.refused() else { return }
    record(found.adding(connection.attempt.tls), at: .tcp(connection.attempt.port), of: connection.address)
  }

  private mutating func step(
    _ id: ConnectionID, now: Duration, _ event: (inout Conversation) -> Conversation.Step
  ) {
    guard let connection = connections[id], connection.isOpen,
      var conversation = connection.attempt.conversation
    else { return }
    let step = event(&conversation)
    connections[id]?.attempt.conversation = conversation
    if connection.limit <= now {
      if case .finished(let found) = step {
        finish(id, with: found)
      } else {
        var last = conversation
        if case .finished(let found) = last.refused() { finish(id, with: found) }
      }
      return
    }
    perform(step, on: id, now: now)
  }

  private mutating func perform(_ step: Conversation.Step, on id: ConnectionID, now: Duration) {
    switch step {
    case .wait(let time):
      let limit = connections[id]?.limit ?? now
      connections[id]?.deadline = min(now + time, limit)
    case .send(let bytes, let time):
      pacer.spend(2, at: now)
      actions.append(.send(id, bytes))
      connections[id]?.deadline = now + time
    case .secure(let time):
      pacer.spend(4, at: now)
      actions.append(.secure(id))
      connections[id]?.deadline = now + time
    case .reconnect:
      guard let connection = connections[id] else { return }
      var attempt = connection.attempt
      attempt.limit = connection.limit
      end(id)
      actions.append(.close(id))
      targets[connection.address]?.tcp.insert(attempt, at: 0)
    case .finished(let found): finish(id, with: found)
    }
  }

  private mutating func finish(_ id: ConnectionID, with found: Identification) {
    guard let connection = connections[id] else { return }
    let found = found.adding(connection.attempt.tls)
    end(id)
    actions.append(.close(id))
    if connection.attempt.describes { return describe(connection, as: found) }
    record(found, at: .tcp(connection.attempt.port), of: connection.address)
    // A port that may not be asked has had no occasion to answer.
    if PortPolicy(port: connection.attempt.port) == .silent { return }
    if found.protocol == .unknown, found.facts.isEmpty {
      targets[connection.address]?.mutePorts += 1
    } else {
      targets[connection.address]?.hasSpoken = true
    }
    if targets[connection.address]?.isMute == true {
      targets[connection.address]?.result.remarks.insert(.acceptsEverything)
      targets[connection.address]?.tcp = []
    }
  }

  private mutating func end(_ id: ConnectionID) {
    guard let connection = connections.removeValue(forKey: id),
      let device = targets[connection.address]?.device
    else { return }
    if connection.isOpen {
      targets[connection.address]?.talking -= 1
      manners[device]?.talking -= 1
    } else {
      targets[connection.address]?.connecting -= 1
      manners[device]?.connecting -= 1
    }
    manners[device]?.isExclusive = false
  }

  private mutating func record(_ found: Identification, at port: Port, of address: IPAddress) {
    targets[address]?.result.services[port] = found
    if found.protocol == .ssdp, let description = targets[address]?.description {
      // A later answer to the search knows less.
      targets[address]?.result.services[port]?.facts.merge(description) { $1 }
    }
    for announced in found.announced where announced.port.transport == .tcp {
      let number = announced.port.number
      targets[address]?.hints[number] = [announced.protocol.rawValue]
      // A port the device itself names is asked even if the list does not hold it.
      guard !ports.contains(number), targets[address]?.named.count ?? 0 < Self.namedLimit else { continue }
      if targets[address]?.named.insert(number).inserted == true {
        targets[address]?.tcp.append(Attempt(port: number))
      }
    }
  }
}

extension Identification {
  /// The same with what its TLS handshake told, which was spoken on this port whatever is behind it.
  fileprivate func adding(_ facts: [ServiceFact: String]) -> Self {
    var both = self
    both.facts.merge(facts) { own, _ in own }
    both.tls = tls || !facts.isEmpty
    return both
  }
}
