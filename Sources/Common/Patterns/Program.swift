/// One step of a compiled pattern.
enum Instruction: Hashable, Sendable {
  case scalar(UInt32)
  /// A set of ``Program/sets``.
  case set(Int32)
  /// Goes on at both, the first being preferred.
  case split(Int32, Int32)
  case jump(Int32)
  /// Notes the place in a slot.
  case save(Int32)
  case assertion(Assertion)
  case match
}

/// A compiled pattern.
struct Program: Hashable, Sendable {
  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []
  /// Two for each group and two for the whole match.
  let slotCount: Int
  /// What must hold where a match begins, if it is a start of a line or of the text.
  let anchor: Assertion?

  init(_ root: Node, groupCount: Int) {
    slotCount = (groupCount + 1) * 2
    anchor = root.anchor
    instructions.reserveCapacity(root.size + 3)
    append(.group(0, root))
    instructions.append(.match)
  }

  private mutating func append(_ node: Node) {
    switch node {
    case .empty: break
    case .scalar(let scalar): instructions.append(.scalar(scalar))
    case .set(let set): instructions.append(.set(number(of: set)))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .group(let number, let body):
      instructions.append(.save(Int32(number * 2)))
      append(body)
      instructions.append(.save(Int32(number * 2 + 1)))
    case .sequence(let parts): for part in parts { append(part) }
    case .choice(let parts): append(choice: parts)
    case .repeated(let body, let min, let max, let isLazy):
      for _ in 0..<(max == nil ? Swift.max(0, min - 1) : min) { append(body) }
      if let max {
        append(optional: body, count: max - min, isLazy: isLazy)
      } else {
        append(endless: body, isOptional: min == 0, isLazy: isLazy)
      }
    }
  }

  private mutating func append(choice parts: [Node]) {
    var ends: [Int] = []
    for part in parts.dropLast() {
      let split = instructions.count
      instructions.append(.match)
      append(part)
      ends.append(instructions.count)
      instructions.append(.match)
      instructions[split] = .split(Int32(split + 1), here)
    }
    if let last = parts.last { append(last) }
    for end in ends { instructions[end] = .jump(here) }
  }

  /// `x{0,3}` becomes `(x(xx?)?)?`: each further one is tried only behind the one before.
  private mutating func append(optional body: Node, count: Int, isLazy: Bool) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(instructions.count)
      instructions.append(.match)
      append(body)
    }
    for split in splits { instructions[split] = Self.split(to: Int32(split + 1), or: here, isLazy) }
  }

  private mutating func append(endless body: Node, isOptional: Bool, isLazy: Bool) {
    // A body that may be empty has to be gone through once before the loop can be left: `(x+)?` for `x*`.
    let isTestedFirst = isOptional && !body.isNullable
    let start = here
    let first = instructions.count
    if isOptional { instructions.append(.match) }
    let loop = here
    append(body)
    if isTestedFirst {
      instructions.append(.jump(start))
    } else {
      instructions.append(Self.split(to: loop, or: here + 1, isLazy))
    }
    if isOptional { instructions[first] = Self.split(to: loop, or: here, isLazy) }
  }

  private var here: Int32 { Int32(instructions.count) }

  private static func split(to body: Int32, or end: Int32, _ isLazy: Bool) -> Instruction {
    isLazy ? .split(end, body) : .split(body, end)
  }

  private mutating func number(of set: ScalarSet) -> Int32 {
    if let known = sets.firstIndex(of: set) { return Int32(known) }
    sets.append(set)
    return Int32(sets.count - 1)
  }
}
