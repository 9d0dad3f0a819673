import ArgumentParser
import Classify

/// Makes and tries the models by which devices are known from their traffic.
@main
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kadomori-train",
    abstract: "Makes and tries what tells devices apart.",
    discussion: """
      FOLDER holds one folder for each type with captures (pcap, pcapng) of one set-up each and a file \
      _iotdevice-mac.txt with the device's hardware address. Labels say what the folders hold: lines of \
      FOLDER, TYPE, KIND, VENDOR, TWINS between tabs.
      """,
    subcommands: [
      Learn.self, Evaluate.self, ClassifyCapture.self, ShowTraits.self, JudgeRecognition.self,
    ])
}

/// What commands over a folder of captures share.
struct CorpusOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The captures.", valueName: "folder"))
  var folder: String

  @Option(
    help: ArgumentHelp("What the folders hold. The default is labels.tsv in the folder.", valueName: "file"))
  var labels: String?

  @Flag(help: "Take every folder for a type of its own, whatever the labels say.")
  var byFolder = false

  func corpus() throws -> Corpus { try corpus(of: folder) }

  func corpus(of folder: String) throws -> Corpus {
    let file = labels ?? "\(self.folder)/labels.tsv"
    var labels = try Labels(text: String(decoding: try Files.read(file), as: UTF8.self), name: file)
    if byFolder { labels.separateFolders() }
    let corpus = try Corpus(folder: folder, labels: labels)
    for remark in corpus.remarks { Files.complain(remark) }
    return corpus
  }
}

struct Learn: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "train", abstract: "Makes a model.")

  @OptionGroup var options: CorpusOptions

  @Option(help: ArgumentHelp("Where the model goes.", valueName: "file"))
  var output: String

  func run() throws {
    let corpus = try options.corpus()
    let model = Training().model(of: corpus.examples)
    try Files.write(model.text, to: output)
    print(
      "\(output): \(model.entries.count) types, \(model.traitCount) traits of \(corpus.examples.count) captures, "
        + "\(model.text.utf8.count) bytes")
  }
}
