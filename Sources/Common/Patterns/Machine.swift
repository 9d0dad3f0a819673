/// Runs a program over a text with all its threads at once (Thompson 1968, with the captures of Pike's `sam`).
///
/// At any place of the text an instruction is visited once, whoever comes to it first having the preference:
/// the time is linear in the program times the text.
struct Machine {
  private let program: Program
  private var current: Threads
  private var following: Threads
  private var scratch: Threads.Scratch

  /// How often an instruction was visited.
  var steps: Int { scratch.steps }

  init(_ program: Program) {
    self.program = program
    current = Threads(for: program)
    following = current
    scratch = Threads.Scratch(captured: Array(repeating: -1, count: program.slotCount))
  }

  /// The slots of the leftmost match; -1 where a group took no part.
  mutating func run(on text: [UInt8]) -> [Int32]? {
    var matched: [Int32]?
    var position = 0
    while true {
      if matched == nil {
        if current.count == 0 {
          guard let start = start(from: position, in: text) else { return nil }
          position = start
        }
        // A match that begins here is worse than any that began before.
        for slot in scratch.captured.indices { scratch.captured[slot] = -1 }
        current.add(0, of: program, at: position, in: text, &scratch)
      }
      guard current.count > 0 || matched == nil else { return matched }
      let (scalar, length) = Scalars.next(in: text, at: position)
      if let slots = step(over: scalar, to: position + length, in: text) { matched = slots }
      guard length > 0 else { return matched }
      position += length
      swap(&current, &following)
      following.removeAll()
    }
  }

  /// The first place at or behind the position where a match can begin.
  private func start(from position: Int, in text: [UInt8]) -> Int? {
    guard let anchor = program.anchor, position > 0 else { return position }
    guard anchor == .lineStart else { return nil }
    return text[(position - 1)...].firstIndex(of: 0x0a).map { $0 + 1 }
  }

  /// Moves all threads over one scalar; the slots of the best that matched before it.
  private mutating func step(over scalar: UInt32?, to next: Int, in text: [UInt8]) -> [Int32]? {
    let width = program.slotCount
    for place in 0..<current.count {
      let instruction = current[place]
      scratch.steps += 1
      let isTaken: Bool
      switch program.instructions[instruction] {
      // Whatever comes behind a match is less preferred.
      case .match: return Array(current.slots[instruction * width..<(instruction + 1) * width])
      case .scalar(let wanted): isTaken = scalar == wanted
      case .set(let number): isTaken = scalar.map(program.sets[Int(number)].contains) ?? false
      case .split, .jump, .save, .assertion: isTaken = false
      }
      guard isTaken else { continue }
      for slot in 0..<width { scratch.captured[slot] = current.slots[instruction * width + slot] }
      following.add(instruction + 1, of: program, at: next, in: text, &scratch)
    }
    return nil
  }
}
