import ArgumentParser
import Glibc

/// A password that somebody chooses, from a terminal without showing it, or from a pipe.
enum NewPassword {
  /// Length alone makes a password hard to guess where tries are slowed down (NIST SP 800-63B-4, section 3.1.1.2, which
  /// wants 15 characters of one that stands alone).
  static let shortest = 15
  static let longest = 256

  static func read() throws -> String {
    let password: String
    if isatty(0) == 1 {
      password = try ask("New password (\(shortest) characters or more): ")
      guard try ask("Again: ") == password else {
        throw ValidationError("the two differ; nothing was changed")
      }
    } else {
      guard let line = readLine(strippingNewline: true) else {
        throw ValidationError("give the password as the first line of standard input")
      }
      password = line
    }
    guard password.count >= shortest else {
      throw ValidationError(
        "a password has \(shortest) characters or more: a few words that you do not forget")
    }
    guard password.utf8.count <= longest,
      !password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw ValidationError("a password has at most \(longest) bytes, and no control characters") }
    guard Set(password).count >= 5 else {
      throw ValidationError("that password is the same few characters over and over")
    }
    return password
  }

  private static func ask(_ question: String) throws -> String {
    var before = termios()
    tcgetattr(0, &before)
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(0, TCSAFLUSH, &silent)
    defer { tcsetattr(0, TCSAFLUSH, &before) }
    write(2, question, question.utf8.count)
    let line = readLine(strippingNewline: true)
    write(2, "\n", 1)
    guard let line else { throw ValidationError("no password was given") }
    return line
  }
}
