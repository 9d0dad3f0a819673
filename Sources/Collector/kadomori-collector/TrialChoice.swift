import ArgumentParser
import FleetStore
import Trials

/// One trial by its name, and what became of its subscribers.
enum TrialChoice {
  static func unknown(_ name: String) -> ExitCode {
    talk("no trial '\(name)' runs; 'trial list' shows those there are")
    return ExitCode(ExitStatus.notFound.rawValue)
  }

  static func find(_ name: String, in store: FleetStore) throws -> StoredTrial {
    guard let trial = try store.trials().first(where: { $0.name == name }) else { throw unknown(name) }
    return trial
  }

  /// The same, of one that runs.
  static func running(_ name: String, in store: FleetStore) throws -> Trial {
    let trial = try find(name, in: store)
    guard trial.ended == nil else { throw unknown(name) }
    return trial.trial
  }
}
