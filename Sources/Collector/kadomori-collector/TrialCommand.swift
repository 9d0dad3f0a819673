import ArgumentParser
import Cryptography
import FleetContract
import FleetStore
import LinuxIO
import Notices
import Posture
import Trials

struct TrialCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trial", abstract: "Find out whether a notice changes anything.",
    discussion: """
      While a trial runs, 'notices --trial NAME' tells each subscriber's arm, and leaves out who is held out; what is \
      critical or names a facility is told to everybody, and does not count.
      """,
    subcommands: [Begin.self, End.self, List.self, Result.self])

  struct Begin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "begin", abstract: "Begin a trial.",
      discussion: """
        'notices queue --trial NAME' tells each subscriber by the channel, in the texts and in the language of its arm; what \
        an arm does not say is as for everybody. Texts are named as in the file that 'notices queue --texts' reads.
        """)
    @Argument(help: ArgumentHelp("Its name.", valueName: "name")) var name: TopicName
    @Option(
      help: ArgumentHelp(
        "A name, how many of them there are beside others, and how they are told: 'easy:2=letter/standard/easy-ja'. May be given again.",
        valueName: "name[:weight][=channel[/texts[/language]]]"))
    var arm: [String]
    @Option(help: ArgumentHelp("The share of subscribers that is told nothing.", valueName: "share"))
    var holdOut: Double
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        let arms = try arm.map(Self.arm)
        let key = try Digest.random(32)
        guard Trial(arms: arms, holdOut: holdOut, key: key) != nil else {
          throw ValidationError(
            "--hold-out is above 0 and below 1, arms have different names and weights above 0.")
        }
        let begun = try state.openToChange().begin(
          name.description, arms: arms, holdOut: holdOut, key: key, at: Clocks.wall)
        guard begun else { throw ValidationError("there is a trial '\(name)' already.") }
      }
    }

    private static func arm(_ text: String) throws -> Trial.Arm {
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let parts = sides[0].split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2, let name = TopicName(parts[0]),
        let weight = parts.count == 2 ? Double(parts[1]) : 1
      else { throw ValidationError("--arm \(text): write NAME, or NAME:WEIGHT, and =CHANNEL behind it.") }
      return Trial.Arm(
        name.description, weight: weight, way: sides.count == 2 ? try way(sides[1], of: text) : nil)
    }

    private static func way(_ words: Substring, of text: String) throws -> Trial.Way {
      let parts = words.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard (1...3).contains(parts.count), let channel = NoticeChannel(argument: parts[0]), channel != .page
      else {
        throw ValidationError("--arm \(text): the channel is email, webhook, letter or phone.")
      }
      if parts.count == 3, NoticeLanguage(rawValue: parts[2]) == nil {
        throw ValidationError("--arm \(text): the language is ja, easy-ja or en.")
      }
      guard parts.count < 2 || TopicName(parts[1]) != nil else {
        throw ValidationError("--arm \(text): '\(parts[1])' is no name of texts.")
      }
      return Trial.Way(
        channel: channel.rawValue, wording: parts.count > 1 ? parts[1] : nil,
        language: parts.count > 2 ? parts[2] : nil)
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "end", abstract: "End a trial: nobody is held out any more.")
    @Argument(help: ArgumentHelp("Its name.", valueName: "name")) var name: TopicName
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        guard try state.openToChange().endTrial(name.description, at: Clocks.wall) else {
          throw TrialChoice.unknown(name.description)
        }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List every trial.")
    @OptionGroup var state: StateOption

    func run() async throws {
      try await reporting {
        let trials = try FleetStore.openToRead(state.store()).trials()
        var table = Table(["TRIAL", "ARMS", "HELD OUT", "STARTED", "ENDED"])
        for trial in trials {
          let arms = trial.trial.arms.map { arm in
            arm.name
              + (arm.way.map {
                " (\([$0.channel, $0.wording, $0.language].compactMap(\.self).joined(separator: "/")))"
              } ?? "")
          }.joined(separator: ", ")
          table.add([
            trial.name, arms, String(trial.trial.holdOut), trial.started.description, trial.ended.cell,
          ])
        }
        print(table.text)
      }
    }
  }

  struct Result: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "result",
      abstract: "Say what a trial shows: each arm beside those who were told nothing.",
      discussion: """
        A subscriber counts by the first thing that was detected after the trial began, once --days are over: was it \
        closed by then? Who was not heard of since counts as still open, and is told. Whoever was drawn counts where it \
        was drawn, told or not.
        """)
    @Argument(help: ArgumentHelp("Its name.", valueName: "name")) var name: TopicName
    @Option(help: ArgumentHelp("Within how many days it had to be closed.", valueName: "days")) var days = 14
    @OptionGroup var show: ShowOptions

    func validate() throws {
      guard (1...365).contains(days) else { throw ValidationError("--days goes from 1 to 365.") }
    }

    func run() async throws {
      try await reporting {
        let store = try show.openStore()
        let trial = try TrialChoice.find(name.description, in: store)
        let result = TrialResult(
          trial.trial, try store.outcomes(of: trial, within: days, now: Clocks.wall))
        if show.json { return try printJSON("trial", result) }
        var table = Table(["ARM", "SUBSCRIBERS", "CLOSED", "NOT HEARD OF", "DIFFERENCE", "95 % FROM", "TO"])
        func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
        table.add([
          "(told nothing)", String(result.natural.total), percent(result.natural.share),
          String(result.naturalUnseen),
          "-", "-", "-",
        ])
        for effect in result.effects {
          table.add([
            effect.arm, String(effect.closed.total), percent(effect.closed.share), String(effect.unseen),
            percent(effect.difference), percent(effect.low), percent(effect.high),
          ])
        }
        print(table.text)
        for effect in result.effects {
          let word =
            !effect.isShown
            ? "nothing is shown: chance alone may explain it"
            : effect.low > 0 ? "more is closed than by itself" : "less is closed than by itself"
          print("\(effect.arm): \(word)")
        }
      }
    }
  }
}
