import ArgumentParser
import Classify

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tries models on captures that they were not taught.",
    discussion: """
      Captures are cut into parts, never packets. Then each type in turn, and each vendor, is left out and \
      its captures are judged: what is said of an unseen type is wrong.
      """)

  @OptionGroup var options: CorpusOptions

  @Option(help: "How many parts.")
  var parts = 10

  @Option(help: "Another seed cuts other parts.")
  var seed: UInt64 = 1

  @Flag(help: "Leave out what takes long: unseen types and vendors.")
  var quick = false

  func run() throws {
    guard (2...100).contains(parts) else { throw ValidationError("2 to 100 parts can be made.") }
    let corpus = try options.corpus()
    let evaluation = Evaluation(corpus.examples)
    let report = EvaluationReport(corpus: corpus)
    print("captures \(corpus.examples.count), types \(Set(corpus.examples.map(\.type.name)).count)")
    report.closedSet(evaluation.closedSet(parts: parts, seed: seed), parts: parts)
    guard !quick else { return }
    report.unseen(evaluation.unseenTypes(), "type") { $0.type.name }
    report.unseen(evaluation.unseenVendors(), "vendor") { $0.type.vendor }
  }
}
