import Foundation

extension LabRun {
  /// What `up` may be told besides the plan.
  package struct Options: Sendable {
    package var store = LabStore()
    /// Names of personas to build, all when empty.
    package var only: Set<String> = []
    /// Names of personas to leave out.
    package var without: Set<String> = []
    /// How many percent of the packets the gateway's cable loses, in each direction: `0...50`.
    package var loss = 0
    /// How long the personas may take to answer.
    package var limit: Duration = .seconds(45)
    /// Whether a lab in which a persona stays silent is left standing, to look at it.
    package var keepsBroken = false
    /// Asked again and again; `true` makes `up` clean up and throw.
    package var isInterrupted: @Sendable () -> Bool = { false }

    package init() {}
  }

  /// What a lab's gateway may lose, in percent; beyond it, nothing that is measured means much.
  package static let losses = 0...50

  /// Builds a lab and returns once every service of every persona has answered.
  ///
  /// When it throws, nothing of the lab is left, unless `keepsBroken` asks for that.
  package static func up(_ plan: LabPlan, _ options: Options = Options()) throws -> LabRun {
    try Privileges.require()
    let personas = try options.select(from: plan)
    guard Self.losses.contains(options.loss) else {
      throw LabError(.usage, "a lab loses 0 to 50 percent of the packets, not \(options.loss)")
    }
    try DependencyCheck.require(.all(of: personas))
    let (id, directory) = try options.store.makeDirectory()
    guard let lock = try LabLock(at: directory.lock, waiting: .zero) else {
      throw LabError(.failed, "somebody else holds \(directory.lock)")
    }
    var manifest = Manifest(
      document: .init(id: id, plan: plan, directory: directory, personas: personas, loss: options.loss))
    let lab = LabRun(manifest, directory)
    do {
      let builder = LabBuilder(
        id: id, plan: plan, directory: directory, personas: personas, loss: options.loss, lock: lock,
        isInterrupted: options.isInterrupted)
      try builder.build(&manifest)
      try builder.waitUntilReady(limit: options.limit, endsEarly: !options.keepsBroken)
      manifest.state = .standing
      try manifest.write(to: directory)
      return lab
    } catch {
      let interruption = options.isInterrupted() ? LabError.interrupted(id) : nil
      if options.keepsBroken, interruption == nil { throw error }
      try lab.remove(holding: lock)
      // A terminal sends the signal to the commands as well, whose failure is then not the reason.
      throw interruption ?? error
    }
  }
}

extension LabRun.Options {
  /// Returns the personas of the plan that were asked for.
  func select(from plan: LabPlan) throws -> [Persona] {
    let names = Set(plan.personas.map(\.name))
    if let stranger = only.union(without).subtracting(names).min() {
      throw LabError(
        .usage,
        "the plan '\(plan.rawValue)' has no persona '\(stranger)'; it has \(names.sorted().joined(separator: " "))"
      )
    }
    return plan.personas.filter { (only.isEmpty || only.contains($0.name)) && !without.contains($0.name) }
  }
}

/// What the kernel lets this process do.
package enum Privileges {
  /// Throws unless namespaces can be made here.
  package static func require() throws {
    let needed = UInt64(1) << 12 | 1 << 21  // CAP_NET_ADMIN, CAP_SYS_ADMIN (linux/capability.h)
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let held = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
    guard held & needed == needed else {
      throw LabError(
        .notPermitted,
        "making network namespaces needs root, or CAP_NET_ADMIN and CAP_SYS_ADMIN; run it with sudo")
    }
  }
}
