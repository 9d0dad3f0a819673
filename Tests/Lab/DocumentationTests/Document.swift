import Foundation

/// A file of documentation: the commands in it, and the files it shows.
struct Document {
  /// One command, with where it stands.
  struct Command {
    var place: String
    /// Without a prompt and `sudo`, on one line.
    var text: String

    var testDescription: String { "\(place): \(text)" }
  }

  let name: String
  /// In blocks: for the reader to type.
  private(set) var typed: [Command] = []
  /// In sentences: named, perhaps without all it needs.
  private(set) var named: [Command] = []
  /// What a block after "Save it as `NAME`:" holds.
  private(set) var files: [(name: String, text: String)] = []
  /// Blocks of a language, in order.
  private(set) var blocks: [(language: String, text: String)] = []

  private static let programs = ["kadomori", "kadomori-collector", "kadomori-lab", "kadomori-train"]

  init(_ name: String, in repository: URL) throws {
    self.name = name
    let lines = try String(contentsOf: repository.appending(path: name), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var block: (language: String, start: Int, lines: [String])?
    var saved: String?
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("```") {
        if let open = block {
          close(open.language, open.lines, at: open.start, saved: &saved)
          block = nil
        } else {
          block = (String(line.dropFirst(3)), index + 2, [])
        }
      } else if block != nil {
        block?.lines.append(line)
      } else {
        if let match = line.firstMatch(of: /Save it as `([^`\/]+)`/) { saved = String(match.1) }
        for match in line.matches(of: /`([^`]+)`/) {
          let text = Self.plain(String(match.1))
          guard Self.programs.contains(Self.first(text)) else { continue }
          named.append(Command(place: "\(name):\(index + 1)", text: text))
        }
      }
    }
  }

  private mutating func close(_ language: String, _ lines: [String], at start: Int, saved: inout String?) {
    let text = lines.joined(separator: "\n") + "\n"
    blocks.append((language, text))
    if let file = saved {
      files.append((file, text))
      saved = nil
    }
    guard ["", "sh"].contains(language) else { return }
    let hasPrompts = lines.contains { $0.hasPrefix("$ ") }
    var pending: (line: Int, text: String)?
    for (index, line) in lines.enumerated() {
      if let begun = pending {
        pending = (begun.line, begun.text + " " + line.trimmingCharacters(in: .whitespaces))
      } else if line.hasPrefix("$ ") || !hasPrompts && Self.isCommand(Self.plain(line)) {
        pending = (start + index, Self.plain(line))
      }
      guard let begun = pending else { continue }
      if begun.text.hasSuffix("\\") {
        pending?.text.removeLast()
      } else {
        typed.append(Command(place: "\(name):\(begun.line)", text: begun.text))
        pending = nil
      }
    }
  }

  private static func first(_ text: String) -> String {
    text.split(separator: " ").first.map(String.init) ?? ""
  }

  private static func isCommand(_ text: String) -> Bool {
    programs.contains(first(text)) || first(text).hasPrefix("packaging/")
  }

  /// Without a prompt, `sudo`, and what is said of it behind a `#`.
  private static func plain(_ line: String) -> String {
    var text = line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line
    if text.hasPrefix("sudo ") { text = String(text.dropFirst(5)) }
    if let comment = text.firstRange(of: " # ") { text = String(text[..<comment.lowerBound]) }
    return text.trimmingCharacters(in: .whitespaces)
  }
}
