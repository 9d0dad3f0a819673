import Addresses
import Identify
import LinuxIO
import Packets

/// Who is there, and who is to be left alone.
extension Scanner {
  func takeKnownNeighbours() {
    for lease in request.leases {
      exclude(.v4(lease.address), lease.hardwareAddress)
      if let name = lease.name { inventory.name(lease.hardwareAddress, Text.clean(name)) }
    }
    // A table that cannot be read takes nothing from the sweep.
    for neighbour in (try? Neighbour.table(of: request.interface)) ?? [] {
      note(neighbour)
    }
  }

  /// Takes an entry of the kernel's table as the hint that it is: it may be old.
  func note(_ neighbour: Neighbour) {
    let mac = neighbour.hardwareAddress
    exclude(neighbour.address, mac)
    // The sweep asks all addresses of IPv4 anew.
    if isWanted(mac), !neighbour.address.isVersion4 { _ = inventory.claim(neighbour.address, by: mac) }
  }

  func isWanted(_ mac: MACAddress) -> Bool {
    !request.excludedHardware.contains(mac) && !excluded.contains(mac)
      && mac != request.interface.hardwareAddress
  }

  /// Whoever has an address that is to be left alone is left alone at its other addresses too.
  private func exclude(_ address: IPAddress, _ mac: MACAddress) {
    guard request.excludedAddresses.contains(address) else { return }
    excluded.insert(mac)
    resolved.insert(address)
  }

  /// Whether devices without an address of IPv4 may be probed and reported: none of them can be one whose address of
  /// IPv4 is to be left alone.
  var mayProbeOverIPv6: Bool {
    request.excludedAddresses.allSatisfy { !$0.isVersion4 || resolved.contains($0) }
  }

  func heard(_ message: ICMPv6Message) {
    let address = IPAddress.v6(message.source)
    exclude(address, message.hardware)
    guard isRunning, isWanted(message.hardware) else { return }
    inventory.hear(message.source, of: message.hardware)
    hasNewNeighbours = true
    if verifying.remove(address) != nil { survey.alive(address) }
    if !isSweeping { advanceSoon() }
  }

  func readFrames() {
    // Bounded, so that a flood of ARP does not hold the loop.
    for _ in 0..<Self.turnLimit {
      guard let frame = try? packets.receive() else { break }
      guard let packet = ARPPacket(frame: frame), packet.sender.bits != 0 else { continue }
      let sender = IPAddress.v4(packet.sender)
      exclude(sender, packet.senderHardware)
      guard isWanted(packet.senderHardware), request.ownAddress(towards: sender) != nil else { continue }
      // Who asks is here, and others may still have the same address.
      if packet.operation == .reply { sweep.answered(packet.sender) }
      if verifying.remove(sender) != nil { survey.alive(sender) }
      if inventory.claim(sender, by: packet.senderHardware) { probe(sender, of: packet.senderHardware) }
    }
    advanceSoon()
  }

  func ask(_ address: IPAddress) {
    guard let own = request.ownAddress(towards: address) else { return }
    switch (address, own) {
    case (.v4(let address), .v4(let own)): ask(address, from: own)
    case (.v6(let address), _): neighbours?.solicit(address)
    case (.v4, .v6): break
    }
  }

  private func ask(_ address: IPv4Address, from own: IPv4Address) {
    guard let mac = request.interface.hardwareAddress else { return }
    // A frame the kernel did not take is asked again in the next pass.
    _ = try? packets.send(
      ARPPacket(operation: .request, senderHardware: mac, sender: own, target: address).frame)
  }
}
