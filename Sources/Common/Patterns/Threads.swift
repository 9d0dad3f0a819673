/// The places of a program that are alive at one place of the text, in order of preference.
///
/// A sparse set (Briggs and Torczon, 1993): `dense` holds the members, `sparse` where each of them stands,
/// so that emptying it costs nothing.
struct Threads {
  private(set) var count = 0
  private var dense: [Int32]
  private var sparse: [Int32]
  /// What each member captured, by its instruction.
  private(set) var slots: [Int32]

  /// What following a thread needs for the moment.
  struct Scratch {
    var captured: [Int32]
    var pending: [Task] = []
    var steps = 0

    enum Task {
      case visit(Int32)
      case restore(slot: Int32, value: Int32)
    }
  }

  init(for program: Program) {
    let size = program.instructions.count
    dense = Array(repeating: 0, count: size)
    sparse = Array(repeating: 0, count: size)
    slots = Array(repeating: -1, count: size * program.slotCount)
  }

  subscript(place: Int) -> Int { Int(dense[place]) }

  mutating func removeAll() { count = 0 }

  /// Whether the instruction was not yet a member.
  private mutating func insert(_ instruction: Int) -> Bool {
    let place = Int(sparse[instruction])
    guard place >= count || Int(dense[place]) != instruction else { return false }
    dense[count] = Int32(truncatingIfNeeded: instruction)
    sparse[instruction] = Int32(truncatingIfNeeded: count)
    count += 1
    return true
  }

  /// Adds the instruction and all that is reached from it without consuming anything.
  mutating func add(
    _ start: Int, of program: Program, at position: Int, in text: [UInt8], _ scratch: inout Scratch
  ) {
    var next: Int? = start
    while true {
      if let instruction = next {
        scratch.steps += 1
        next = visit(instruction, of: program, at: position, in: text, &scratch)
        continue
      }
      guard let task = scratch.pending.popLast() else { return }
      switch task {
      case .visit(let instruction): next = Int(instruction)
      case .restore(let slot, let value): scratch.captured[Int(slot)] = value
      }
    }
  }

  /// The instruction to go on with, unless this one waits for a scalar or was visited before.
  private mutating func visit(
    _ instruction: Int, of program: Program, at position: Int, in text: [UInt8], _ scratch: inout Scratch
  ) -> Int? {
    guard insert(instruction) else { return nil }
    switch program.instructions[instruction] {
    case .jump(let target): return Int(target)
    case .split(let first, let second):
      scratch.pending.append(.visit(second))
      return Int(first)
    case .save(let slot):
      scratch.pending.append(.restore(slot: slot, value: scratch.captured[Int(slot)]))
      scratch.captured[Int(slot)] = Int32(truncatingIfNeeded: position)
      return instruction + 1
    case .assertion(let assertion): return assertion.holds(in: text, at: position) ? instruction + 1 : nil
    case .scalar, .set, .match:
      let own = instruction * scratch.captured.count
      for slot in scratch.captured.indices { slots[own + slot] = scratch.captured[slot] }
      return nil
    }
  }
}
