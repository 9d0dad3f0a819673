/// A pattern as instructions for ``Machine``.
///
/// The way is that of R. Cox, "Regular Expression Matching: the Virtual Machine Approach".
struct Program: Sendable {
  enum Instruction: Sendable {
    case scalar(UInt32)
    case folded(UInt32)
    case set(Int)
    case any
    case assert(Node.Assertion)
    /// Both ways, the first one preferred.
    case split(Int, Int)
    case jump(Int)
    case save(Int)
    case match
  }

  /// The most instructions of one pattern.
  static let sizeLimit = 20_000

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []
  let slots: Int

  init(_ node: Node, groups: Int) {
    slots = 2 * (groups + 1)
    emit(.group(node, 0))
    instructions.append(.match)
  }

  private mutating func emit(_ node: Node) {
    switch node {
    case .empty: break
    case .scalar(let value): instructions.append(.scalar(value))
    case .folded(let value): instructions.append(.folded(value))
    case .any: instructions.append(.any)
    case .assert(let assertion): instructions.append(.assert(assertion))
    case .set(let set):
      let index = sets.firstIndex(of: set) ?? sets.count
      if index == sets.count { sets.append(set) }
      instructions.append(.set(index))
    case .group(let inner, let number):
      instructions.append(.save(2 * number))
      emit(inner)
      instructions.append(.save(2 * number + 1))
    case .sequence(let parts): for part in parts { emit(part) }
    case .choice(let parts): emit(choice: parts)
    case .repeated(let inner, let least, let most, let isGreedy):
      for _ in 0..<least { emit(inner) }
      if let most {
        emit(inner, upTo: most - least, isGreedy)
      } else {
        emit(star: inner, isGreedy)
      }
    }
  }

  private mutating func emit(choice parts: [Node]) {
    var ends: [Int] = []
    for part in parts.dropLast() {
      let fork = instructions.count
      instructions.append(.match)
      emit(part)
      ends.append(instructions.count)
      instructions.append(.match)
      instructions[fork] = .split(fork + 1, instructions.count)
    }
    if let last = parts.last { emit(last) }
    for end in ends { instructions[end] = .jump(instructions.count) }
  }

  private mutating func emit(star inner: Node, _ isGreedy: Bool) {
    let fork = instructions.count
    instructions.append(.match)
    emit(inner)
    instructions.append(.jump(fork))
    let end = instructions.count
    instructions[fork] = isGreedy ? .split(fork + 1, end) : .split(end, fork + 1)
  }

  private mutating func emit(_ inner: Node, upTo count: Int, _ isGreedy: Bool) {
    var forks: [Int] = []
    for _ in 0..<max(0, count) {
      forks.append(instructions.count)
      instructions.append(.match)
      emit(inner)
    }
    let end = instructions.count
    for fork in forks { instructions[fork] = isGreedy ? .split(fork + 1, end) : .split(end, fork + 1) }
  }
}
