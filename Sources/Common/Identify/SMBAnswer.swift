/// An answer of SMB 2 to one request ([MS-SMB2], section 2.2.1).
struct SMBAnswer {
  /// The highest two bits are set for an error ([MS-ERREF], section 2.3).
  let status: UInt32
  let session: UInt64
  let tree: UInt32
  /// The whole message, whose offsets count from here.
  private let message: [UInt8]

  enum Arrival {
    case more, none
    case whole(SMBAnswer)
  }

  /// Looks for the answer to a request, past those that only say that it takes a while.
  static func find(in bytes: [UInt8], command: UInt16, message: UInt64) -> Arrival {
    var cursor = ByteCursor(bytes)
    while let kind = cursor.u8() {
      guard kind == 0 else { return .none }
      guard let size = cursor.big(3), let packet = cursor.take(Int(size)) else { return .more }
      guard let answer = SMBAnswer(packet, command: command, message: message) else { return .none }
      if answer.status != pending { return .whole(answer) }
    }
    return .more
  }

  private init?(_ packet: [UInt8], command: UInt16, message: UInt64) {
    var cursor = ByteCursor(packet)
    guard cursor.take(4) == [0xfe, 0x53, 0x4d, 0x42], cursor.skip(4) != nil, let status = cursor.little(4),
      cursor.little(2) == UInt64(command), cursor.skip(2) != nil, let flags = cursor.little(4),
      flags & 1 == 1,
      cursor.skip(4) != nil, cursor.little(8) == message, cursor.skip(4) != nil, let tree = cursor.little(4),
      let session = cursor.little(8), cursor.skip(16) != nil
    else { return nil }
    self.status = UInt32(status)
    self.session = session
    self.tree = UInt32(tree)
    self.message = packet
  }
}

extension SMBAnswer {
  /// STATUS_PENDING, and STATUS_MORE_PROCESSING_REQUIRED, which is no error ([MS-ERREF], section 2.3.1).
  private static let pending: UInt32 = 0x0103
  private static let moreRequired: UInt32 = 0xc000_0016

  var isRefusal: Bool { status >= 0xc000_0000 && status != Self.moreRequired }

  /// The flags of the challenge that a server answers the first token with.
  var challenge: UInt32? { status == Self.moreRequired ? NullSession.challenge(in: message) : nil }

  /// Whether a tree of files was opened to us, and for reading ([MS-SMB2], section 2.2.10).
  var letsRead: Bool {
    guard !isRefusal, message.count >= 80 else { return false }
    // Type 1 is a disk; bit 0 of the access allowed is to read.
    return message[66] == 1 && message[76] & 1 == 1
  }

  /// The identifier of the pipe that was opened ([MS-SMB2], section 2.2.14).
  var pipe: [UInt8]? {
    isRefusal || message.count < 144 ? nil : Array(message[128..<144])
  }

  /// What came back through the pipe ([MS-SMB2], section 2.2.32).
  var output: [UInt8]? {
    var head = ByteCursor(message.dropFirst(96))
    guard !isRefusal, let offset = head.little32(), let count = head.little32(), offset >= 112 else {
      return nil
    }
    var body = ByteCursor(message)
    return body.skip(offset) == nil ? nil : body.take(count)
  }
}
