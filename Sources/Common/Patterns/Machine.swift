/// Runs a program over a text with all of its threads in step, so that no character is looked at twice by the same
/// instruction.
struct Machine {
  private struct Threads {
    var places: [Int] = []
    /// The slots of each thread, one after another.
    var slots: [Int] = []
    /// The round in which each instruction was reached last.
    var reached: [Int]
    var round = 0
  }

  private enum Work {
    case follow(Int)
    case restore(slot: Int, value: Int)
  }

  private let program: Program
  /// How often an instruction was followed, for the proof that time is linear.
  private(set) var steps = 0
  private var text: [UInt32] = []
  private var captured: [Int]
  private var work: [Work] = []

  init(_ program: Program) {
    self.program = program
    captured = [Int](repeating: -1, count: program.slots)
  }

  mutating func firstMatch(in text: PatternText) -> PatternMatch? {
    self.text = text.scalars
    var best: [Int]?
    let none = [Int](repeating: 0, count: program.instructions.count)
    var current = Threads(reached: none, round: 1)
    var coming = Threads(reached: none, round: 1)
    for place in 0...self.text.count {
      if best == nil {
        for slot in captured.indices { captured[slot] = -1 }
        add(0, at: place, to: &current)
      } else if current.places.isEmpty {
        break
      }
      run(current, at: place, into: &coming, &best)
      swap(&current, &coming)
      coming.places.removeAll(keepingCapacity: true)
      coming.slots.removeAll(keepingCapacity: true)
      coming.round = current.round + 1
    }
    return best.map { slots in
      PatternMatch(
        ranges: stride(from: 0, to: slots.count, by: 2).map { slot in
          slots[slot] >= 0 && slots[slot + 1] >= slots[slot] ? slots[slot]..<slots[slot + 1] : nil
        })
    }
  }

  private mutating func run(
    _ current: Threads, at place: Int, into coming: inout Threads, _ best: inout [Int]?
  ) {
    var index = 0
    while index < current.places.count {
      let pc = current.places[index]
      let first = index * program.slots
      let isTaken: Bool
      switch program.instructions[pc] {
      case .match:
        best = Array(current.slots[first..<(first + program.slots)])
        // Threads after this one are worse matches.
        return
      case .scalar(let value): isTaken = place < text.count && text[place] == value
      case .folded(let value): isTaken = place < text.count && Folding.folded(text[place]) == value
      case .set(let set): isTaken = place < text.count && program.sets[set].contains(text[place])
      case .any: isTaken = place < text.count
      case .assert, .split, .jump, .save: isTaken = false
      }
      if isTaken {
        for slot in 0..<program.slots { captured[slot] = current.slots[first + slot] }
        add(pc + 1, at: place + 1, to: &coming)
      }
      index += 1
    }
  }

  /// Follows everything that takes no character, the preferred way first.
  private mutating func add(_ start: Int, at place: Int, to threads: inout Threads) {
    work.append(.follow(start))
    while let item = work.popLast() {
      guard case .follow(let pc) = item else {
        if case .restore(let slot, let value) = item { captured[slot] = value }
        continue
      }
      guard threads.reached[pc] != threads.round else { continue }
      threads.reached[pc] = threads.round
      steps += 1
      switch program.instructions[pc] {
      case .jump(let target): work.append(.follow(target))
      case .split(let first, let second):
        work.append(.follow(second))
        work.append(.follow(first))
      case .save(let slot):
        work.append(.restore(slot: slot, value: captured[slot]))
        captured[slot] = place
        work.append(.follow(pc + 1))
      case .assert(let assertion): if holds(assertion, at: place) { work.append(.follow(pc + 1)) }
      default:
        threads.places.append(pc)
        threads.slots += captured
      }
    }
  }

  private func holds(_ assertion: Node.Assertion, at place: Int) -> Bool {
    switch assertion {
    case .textStart: place == 0
    case .textEnd: place == text.count
    case .lastLineEnd: place == text.count || place == text.count - 1 && text[place] == 0x0a
    case .lineStart: place == 0 || text[place - 1] == 0x0a
    case .lineEnd: place == text.count || text[place] == 0x0a
    case .wordBoundary: isWord(place - 1) != isWord(place)
    case .noWordBoundary: isWord(place - 1) == isWord(place)
    }
  }

  private func isWord(_ place: Int) -> Bool {
    text.indices.contains(place) && ScalarSet.word.contains(text[place])
  }
}
