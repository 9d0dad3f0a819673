/// The steps by which tables came to be as they are, each taken once.
package struct Migrations: Sendable {
  package typealias Step = @Sendable (Database) throws -> Void

  private(set) var steps: [(name: String, step: Step)] = []

  package init() {}

  /// Adds a step; names never change, and neither does what a released step does.
  package mutating func registerMigration(_ name: String, _ step: @escaping Step) {
    steps.append((name, step))
  }

  /// The names of all steps in their order.
  package var names: [String] { steps.map(\.name) }

  /// The same up to and with one of them.
  package func upTo(_ name: String) -> Migrations {
    var first = Migrations()
    for (known, step) in steps {
      first.registerMigration(known, step)
      if known == name { break }
    }
    return first
  }
}
