/// Grows one document from events, within limits.
struct TreeBuilder {
  /// A list or mapping whose end was not seen yet.
  private struct Frame {
    var mark: Mark
    var isMapping: Bool
    var items: [Node] = []
    var entries: [Node.Entry] = []
    var keys: Set<String> = []
    var pending: PendingKey?
  }

  private struct PendingKey {
    var text: String
    var mark: Mark
    var isDuplicate: Bool
  }

  private let limits: YAMLLimits
  private var open: [Frame] = []
  private var nodeCount = 0
  private(set) var root: Node?
  /// Mistakes after which reading can go on.
  private(set) var duplicates: [Diagnostic] = []

  init(limits: YAMLLimits) {
    self.limits = limits
  }

  /// Takes one event in; throws at the first thing that makes the rest meaningless.
  mutating func take(_ event: Event, at mark: Mark) throws(Diagnostic) {
    switch event {
    case .structure, .streamEnd: return
    case .documentStart:
      guard root == nil else {
        throw Diagnostic(mark: mark, message: "a second document begins here; keep one document a file")
      }
    case .alias:
      throw Diagnostic(mark: mark, message: "aliases (*name) are not accepted; write the value out")
    case .scalar(let text, let style, let decorated):
      try begin(decorated: decorated, at: mark)
      try close(Node(.scalar(text, style), mark: mark))
    case .sequenceStart(let decorated):
      try begin(decorated: decorated, at: mark)
      try push(Frame(mark: mark, isMapping: false))
    case .mappingStart(let decorated):
      try begin(decorated: decorated, at: mark)
      try push(Frame(mark: mark, isMapping: true))
    case .end:
      guard let frame = open.popLast() else { return }
      let content: Node.Content = frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items)
      try close(Node(content, mark: frame.mark))
    }
  }

  private mutating func begin(decorated: Bool, at mark: Mark) throws(Diagnostic) {
    if decorated {
      throw Diagnostic(
        mark: mark, message: "anchors (&name) and tags (!name) are not accepted; write the plain value")
    }
    nodeCount += 1
    if nodeCount > limits.nodes {
      throw Diagnostic(mark: mark, message: "more than \(limits.nodes) values; split the file")
    }
  }

  private mutating func push(_ frame: Frame) throws(Diagnostic) {
    if let last = open.last, last.isMapping, last.pending == nil { throw Self.keyMustBeText(frame.mark) }
    guard open.count < limits.depth else {
      throw Diagnostic(mark: frame.mark, message: "nested more than \(limits.depth) levels deep; flatten it")
    }
    open.append(frame)
  }

  private mutating func close(_ node: Node) throws(Diagnostic) {
    guard let last = open.indices.last else {
      root = node
      return
    }
    if !open[last].isMapping {
      open[last].items.append(node)
    } else if let key = open[last].pending {
      open[last].pending = nil
      if !key.isDuplicate {
        open[last].entries.append(Node.Entry(key: key.text, keyMark: key.mark, value: node))
      }
    } else {
      guard case .scalar(let text, _) = node.content else { throw Self.keyMustBeText(node.mark) }
      let isNew = open[last].keys.insert(text).inserted
      if !isNew {
        let message = "key '\(text)' is written twice in this mapping; keep one"
        duplicates.append(Diagnostic(mark: node.mark, message: message))
      }
      open[last].pending = PendingKey(text: text, mark: node.mark, isDuplicate: !isNew)
    }
  }

  private static func keyMustBeText(_ mark: Mark) -> Diagnostic {
    Diagnostic(mark: mark, message: "a key must be a text; write it as 'key: value'")
  }
}
