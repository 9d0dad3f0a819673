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

  @Option(help: "How many cuts, each with the next seed, mean and spread are of.")
  var cuts = 1

  @Option(help: "Which hearings are taught. The default is all.")
  var taught: [HeardPart] = []

  @Option(help: "How much large weights cost.")
  var penalty: Float?

  @Option(help: "How much more names count than other traits.")
  var naming: Float?

  @Option(help: "How common unseen types are taken to be, beside known ones.")
  var unseen: Double?

  @Option(help: ArgumentHelp("Judge these captures by a model of the folder's.", valueName: "folder"))
  var judged: String?

  @Flag(help: "Leave out what takes long: unseen types and vendors.")
  var quick = false

  func run() throws {
    guard (2...100).contains(parts) else { throw ValidationError("2 to 100 parts can be made.") }
    guard (1...100).contains(cuts) else { throw ValidationError("1 to 100 cuts can be made.") }
    let corpus = try options.corpus()
    var training = Training()
    if !taught.isEmpty { training.hearings = taught }
    training.penalty = penalty ?? training.penalty
    training.naming = naming ?? training.naming
    training.unseen = unseen ?? training.unseen
    if let judged {
      let others = try options.corpus(of: judged)
      let answers = Evaluation(others.examples).answers(of: training.model(of: corpus.examples))
      EvaluationReport(corpus: others).closedSet([answers], "captures of \(judged)")
      return
    }
    let evaluation = Evaluation(corpus.examples, training: training)
    let report = EvaluationReport(corpus: corpus)
    print("captures \(corpus.examples.count), types \(Set(corpus.examples.map(\.type.name)).count)")
    let closed = (0..<cuts).map { evaluation.closedSet(parts: parts, seed: seed + UInt64($0)) }
    report.closedSet(closed, "\(parts) parts by capture, \(cuts) cuts")
    guard !quick else { return }
    let types = evaluation.unseenTypes()
    report.unseen(types, "type") { $0.type.name }
    let vendors = evaluation.unseenVendors()
    report.unseen(vendors, "vendor") { $0.type.vendor }
    report.mixed(closed[0] + types + vendors)
  }
}
