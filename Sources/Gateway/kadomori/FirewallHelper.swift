import Agent
import ArgumentParser
import Firewall
import Glibc
import LinuxIO

/// The helper with the one privilege to change the firewall; systemd starts it.
struct FirewallHelper: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "firewall-helper", abstract: "Carry out what root and the agent ask of the firewall.",
    shouldDisplay: false)

  @Flag(help: "Bring back what was confirmed, and end.")
  var restore = false

  @OptionGroup var firewall: FirewallOptions

  func run() throws {
    let keeper = try firewall.keeper()
    if restore {
      let count = try wrapping { () throws(FirewallError) in try keeper.reassert() }
      Output.say("\(count) confirmed closings brought back")
      let addresses = try wrapping { () throws(FirewallError) in try keeper.restoreIndicators() }
      if let addresses { Output.say("\(addresses) addresses of the list brought back") }
      return
    }
    let signals = try wrapping { () throws(SystemError) in try Signals([SIGINT, SIGTERM]) }
    let loop = EventLoop()
    let handed = ActivatedSocket.take()
    let listener =
      try handed ?? wrapping { () throws(SystemError) in try UnixSocket.listen(firewall.socket) }
    let allowed = [firewall.user, ActivatedSocket.user(named: "kadomori")].compactMap { $0 }
    let server = FirewallServer(listener: listener, keeper: keeper, allowed: Set(allowed), on: loop) {
      Output.say("kadomori firewall-helper: \($0)")
    }
    _ = loop.watch(signals.descriptor, for: .read) { _ in
      while signals.next() != nil { loop.stop() }
    }
    server.start()
    try wrapping { () throws(SystemError) in try loop.run() }
    if handed == nil { unlink(firewall.socket) }
  }
}
