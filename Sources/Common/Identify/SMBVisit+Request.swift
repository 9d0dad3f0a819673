/// The messages of a visit ([MS-SMB2], section 2.2).
extension SMBVisit {
  private enum Command {
    static let sessionSetup: UInt16 = 1
    static let logoff: UInt16 = 2
    static let treeConnect: UInt16 = 3
    static let create: UInt16 = 5
    static let control: UInt16 = 11
  }

  private var command: UInt16 {
    switch stage {
    case .hello, .nobody: Command.sessionSetup
    case .pipes, .share: Command.treeConnect
    case .pipe: Command.create
    case .bind, .list: Command.control
    case .leave, nil: Command.logoff
    }
  }

  /// Looks for the answer to what was asked.
  func find(in bytes: [UInt8]) -> SMBAnswer.Arrival {
    SMBAnswer.find(in: bytes, command: command, message: message)
  }

  func request(to host: String) -> [UInt8] {
    let body =
      switch stage {
      case .hello: setup(NullSession.hello)
      case .nobody(let flags): setup(NullSession.answer(to: flags))
      case .pipes: connect(to: Array("IPC$".utf16), of: host)
      case .pipe: openPipe
      case .bind(let pipe): call(through: pipe, ShareList.bind)
      case .list(let pipe): call(through: pipe, ShareList.request)
      case .share(let name): connect(to: name, of: host)
      case .leave, nil: UInt16(4).littleOctets + [0, 0]
      }
    // The header: no charge, status 0, the command, one credit, no flags, nothing after it, no process.
    var header: [UInt8] = [0xfe, 0x53, 0x4d, 0x42, 64, 0, 0, 0, 0, 0, 0, 0]
    header += command.littleOctets + [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    header += message.littleOctets + [0, 0, 0, 0] + tree.littleOctets + session.littleOctets
    return SMB.framed(header + [UInt8](repeating: 0, count: 16) + body)
  }

  /// SESSION_SETUP; signing is possible, and the token follows at once (section 2.2.5).
  private func setup(_ token: [UInt8]) -> [UInt8] {
    [25, 0, 0, 1] + [UInt8](repeating: 0, count: 8) + UInt16(88).littleOctets
      + UInt16(token.count).littleOctets + [UInt8](repeating: 0, count: 8) + token
  }

  /// TREE_CONNECT to `\\host\name` (section 2.2.9).
  private func connect(to name: [UInt16], of host: String) -> [UInt8] {
    let path = (Array("\\\\\(host)\\".utf16) + name).flatMap(\.littleOctets)
    return [9, 0, 0, 0] + UInt16(72).littleOctets + UInt16(path.count).littleOctets + path
  }

  /// CREATE of the pipe, which opens the one that is there, to ask and to read the answer (section 2.2.13).
  private var openPipe: [UInt8] {
    let name = ShareList.pipe.utf16.flatMap(\.littleOctets)
    // Impersonation as usual, access 3, no attributes, shared with all, open only.
    let words: [UInt32] = [3, 0, 7, 1, 0]
    return [57, 0, 0, 0] + UInt32(2).littleOctets + [UInt8](repeating: 0, count: 16)
      + words.flatMap(\.littleOctets) + UInt16(120).littleOctets + UInt16(name.count).littleOctets
      + [UInt8](repeating: 0, count: 8) + name
  }

  /// IOCTL with FSCTL_PIPE_TRANSCEIVE, which hands in a question and waits for its answer (section 2.2.31).
  private func call(through pipe: [UInt8], _ question: [UInt8]) -> [UInt8] {
    let input: [UInt32] = [120, UInt32(question.count), 0]
    let output: [UInt32] = [0, 0, UInt32(ShareList.answerLimit), 1, 0]
    return [57, 0, 0, 0] + UInt32(0x0011_c017).littleOctets + pipe + (input + output).flatMap(\.littleOctets)
      + question
  }
}
