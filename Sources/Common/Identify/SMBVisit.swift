import Addresses
import Posture

/// A stranger's visit to a file server: a session of nobody, the list of shares, and which of them let it in.
///
/// A value: ``request(to:)`` is what to send next, and ``after(_:)`` the visit as it stands once that is answered. It
/// tries no name and no password, opens no file and changes nothing; it leaves at the end, with which the server
/// forgets the session and all that was open in it.
struct SMBVisit: Sendable {
  /// How many shares of one server are tried.
  static let shareLimit = 8

  /// How long a server has for each answer.
  ///
  /// It may start the program behind the pipe only now: Samba 4.17.12 took 0.6 s for that on an idle computer.
  static let wait: Duration = .seconds(4)

  enum Stage: Sendable {
    case hello
    case nobody(flags: UInt32)
    /// The tree of pipes, `IPC$`, and the pipe in it.
    case pipes, pipe
    case bind(pipe: [UInt8])
    case list(pipe: [UInt8])
    case share([UInt16])
    case leave
  }

  /// What is asked now; `nil` when it is over.
  private(set) var stage: Stage? = .hello
  /// The number of the message that asks.
  private(set) var message: UInt64
  private(set) var session: UInt64 = 0
  private(set) var tree: UInt32 = 0
  /// The shares that are still to be tried, and the names of those that opened.
  private var waiting: [[UInt16]] = []
  private var opened: [String] = []

  /// A visit on a connection whose dialect was agreed on, by messages with numbers less than this.
  init(message: UInt64) { self.message = message }

  /// What is known so far: that it is open at once, that it is not when everything was tried.
  ///
  /// A list that is kept from strangers counts as refused, though a share whose name they know may open all the same
  /// (Samba with `restrict anonymous = 2`): names are not guessed.
  var facts: [ServiceFact: String] {
    guard opened.isEmpty else { return [.anonymous: "open", .shares: opened.joined(separator: ", ")] }
    switch stage {
    case .leave, nil: return [.anonymous: "refused"]
    default: return [:]
    }
  }

  /// The visit after an answer; `nil` when it makes no sense.
  func after(_ answer: SMBAnswer) -> SMBVisit? {
    var visit = self
    visit.message &+= 1
    switch stage {
    case .hello:
      guard answer.isRefusal || answer.challenge != nil else { return nil }
      visit.session = answer.session
      visit.stage = answer.challenge.map { .nobody(flags: $0) }
    case .nobody: visit.stage = answer.isRefusal ? nil : .pipes
    case .pipes:
      visit.tree = answer.tree
      visit.stage = answer.isRefusal ? .leave : .pipe
    case .pipe:
      guard answer.isRefusal || answer.pipe != nil else { return nil }
      visit.stage = answer.pipe.map { .bind(pipe: $0) } ?? .leave
    case .bind(let pipe):
      guard answer.isRefusal || answer.output != nil else { return nil }
      visit.stage = answer.output.map(ShareList.isBound) == true ? .list(pipe: pipe) : .leave
    case .list:
      let list = answer.isRefusal ? [] : answer.output.flatMap(ShareList.names)
      guard let list else { return nil }
      visit.waiting = Array(list.prefix(Self.shareLimit))
      visit.tryNext()
    case .share(let name):
      if answer.letsRead, let name = Text.shown(String(decoding: name, as: UTF16.self)) {
        visit.opened.append(name)
      }
      visit.tryNext()
    case .leave, nil: visit.stage = nil
    }
    return visit
  }

  private mutating func tryNext() {
    tree = 0
    stage = waiting.isEmpty ? .leave : .share(waiting.removeFirst())
  }
}

extension Handshake {
  /// Goes on with a visit, step by step; for LANs whose owner agreed to be scanned, and for nothing else.
  static func visit(_ visit: SMBVisit) -> Handshake {
    Handshake(
      // From NetBIOS and the two negotiations to the list eight questions, one a share, one to leave.
      "smb.guest", followUpLimit: 9 + SMBVisit.shareLimit, wait: SMBVisit.wait,
      next: { bytes in
        guard case .whole(let answer) = visit.find(in: bytes), let later = visit.after(answer),
          later.stage != nil
        else { return nil }
        return .visit(later)
      }
    ) {
      visit.request(to: $0)
    } read: { bytes, ended in
      switch visit.find(in: bytes) {
      case .more: ended ? .no : .more
      case .none: .no
      case .whole(let answer):
        visit.after(answer).map { .identified(Identification(.smb, facts: $0.facts)) } ?? .no
      }
    }
  }
}
