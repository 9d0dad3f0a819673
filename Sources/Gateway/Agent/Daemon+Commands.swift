import FleetContract
import LinuxIO
import Settings

/// A commanded scan and the LANs it still waits for.
struct CommandedScan {
  var id: TopicName
  var waiting: Set<String>
  /// LANs whose scan began after the command; one that was under way before does not count.
  var begun: Set<String> = []
  var hasFailed = false
}

extension Daemon {
  /// Judges a command, and carries it out or says why not.
  func received(_ arrival: CommandReceiver.Arrival) {
    let clock = CommandClock(
      wall: Clocks.wall, isSynchronised: Clocks.wallIsSynchronised, sinceBoot: Clocks.sinceBoot)
    switch commands.receive(arrival, clock: clock, objection: objection) {
    case .execute(let accepted):
      let document = accepted.document
      reporter.report(ResultBody(command: document.id, verb: document.command.verb, state: .accepted))
      execute(document, signedBy: accepted.signers.sorted())
    case .answer(let result): reporter.report(result)
    case .pass: break
    }
  }

  /// What cannot be done here and now: said before a command is accepted, and never after pretending.
  private func objection(to command: Command) -> CommandRefusal? {
    switch command {
    case .report: return nil
    case .scan(let interface):
      let known = configuration.lans.map(\.interface)
      guard !known.isEmpty, interface.map(known.contains) ?? true else {
        return CommandRefusal(.notConfigured, "the gateway's owner named no such LAN to be scanned")
      }
      let minute = Clocks.localMinuteOfDay
      return configuration.quietHours.contains { $0.contains(minute: minute) }
        ? CommandRefusal(.quietHours, "the gateway's owner wants no scan at this time of day") : nil
    case .setPolicy:
      return configuration.lans.contains { $0.every == nil }
        ? nil : CommandRefusal(.vetoed, "the gateway's owner says how often each LAN is scanned")
    case .plan:
      return closing.hasHelper ? nil : CommandRefusal(.unsupported, "the firewall helper does not run")
    case .close, .confirm, .undo: return closingObjection()
    case .release:
      return CommandRefusal(.unsupported, "this version of the agent cannot do that")
    }
  }

  private func execute(_ document: CommandDocument, signedBy operators: [KeyID]) {
    switch document.command {
    case .report:
      reporter.resend(currentReports)
      end(document.id, .report, .done)
    case .scan(let interface):
      let lans = interface.map { [$0] } ?? configuration.lans.map(\.interface)
      commandedScans.append(CommandedScan(id: document.id, waiting: Set(lans)))
      for lan in lans { schedule.hurry(lan, to: loop.now) }
      scheduleNext()
    case .setPolicy(let interval):
      do throws(AgentError) {
        try OperatorPolicy(scanEverySeconds: interval.components.seconds).write(paths)
        schedule.follow(interval, now: loop.now)
        scheduleNext()
        end(document.id, .setPolicy, .done)
      } catch {
        note(Note(isProblem: true, text: "\(error)"))
        end(document.id, .setPolicy, .failed, reason: "not-kept")
      }
    case .plan: plan(for: document.id)
    case .close(let order): close(order, for: document.id, signedBy: operators)
    case .confirm(let closing): confirm(closing, for: document.id, signedBy: operators)
    case .undo(let closing): undo(closing, for: document.id, signedBy: operators)
    case .release:
      // `objection` has refused it.
      end(document.id, document.command.verb, .failed, reason: "unsupported")
    }
  }

  func end(
    _ id: TopicName, _ verb: CommandVerb, _ state: CommandState, reason: String? = nil, detail: String? = nil
  ) {
    // The answer is on disk before the command counts as ended: after a power cut in between it is told twice.
    reporter.report(ResultBody(command: id, verb: verb, state: state, reason: reason, detail: detail))
    commands.note(id, state, reason: reason)
    var event = AgentEvent(.command, "\(verb.rawValue)-\(state.rawValue)")
    (event.id, event.reason) = (id.description, reason)
    happened([event])
    note(
      Note(
        isProblem: state == .failed,
        text: "command \(verb.rawValue) '\(id)': \(state.rawValue)\(reason.map { " (\($0))" } ?? "")"))
  }

  // MARK: - Commanded scans

  func commandedScanBegan(_ interface: String) {
    for index in commandedScans.indices where commandedScans[index].waiting.contains(interface) {
      if commandedScans[index].begun.isEmpty {
        reporter.report(ResultBody(command: commandedScans[index].id, verb: .scan, state: .running))
        commands.note(commandedScans[index].id, .running)
      }
      commandedScans[index].begun.insert(interface)
    }
  }

  /// A scan came to its end, or could not begin.
  func commandedScanEnded(_ interface: String, succeeded: Bool, began: Bool = true) {
    for index in commandedScans.indices.reversed() {
      guard !began || commandedScans[index].begun.contains(interface),
        commandedScans[index].waiting.remove(interface) != nil
      else { continue }
      if !succeeded { commandedScans[index].hasFailed = true }
      guard commandedScans[index].waiting.isEmpty else { continue }
      let scan = commandedScans.remove(at: index)
      end(scan.id, .scan, scan.hasFailed ? .failed : .done, reason: scan.hasFailed ? "scan-failed" : nil)
    }
  }

  /// Says of what an earlier run, or this one, leaves unfinished that it came to nothing.
  func reportInterruptedCommands() {
    commandedScans = []
    for result in commands.interrupted() {
      end(result.command, result.verb, result.state, reason: result.reason)
    }
  }
}
