import CYAML

/// One step of a YAML stream.
enum Event {
  case structure
  case documentStart
  case streamEnd
  case alias
  /// `decorated` where an anchor or a tag stands before the value.
  case scalar(String, ScalarStyle, decorated: Bool)
  case sequenceStart(decorated: Bool)
  case mappingStart(decorated: Bool)
  case end
}

/// Why the stream cannot be read further; lines and columns count from 0.
struct SyntaxFault: Error {
  var problem: String
  var line: Int
  var column: Int
  /// Where the construct began that the problem is about.
  var contextLine: Int?

  static let missingColon = "could not find expected ':'"
}

/// Owns one libyaml parser and the bytes it reads.
struct EventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// Returns the next event and where it starts, counted from 0.
  mutating func next() throws(SyntaxFault) -> (event: Event, line: Int, column: Int) {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
    defer { yaml_event_delete(&event) }
    return (Event(event), Int(event.start_mark.line), Int(event.start_mark.column))
  }

  private var fault: SyntaxFault {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "cannot be read"
    if problem == SyntaxFault.missingColon, state.context != nil {
      // The scanner notices on the next line; the key itself is what a person must look at.
      return SyntaxFault(
        problem: problem, line: Int(state.context_mark.line), column: Int(state.context_mark.column))
    }
    return SyntaxFault(
      problem: problem, line: Int(state.problem_mark.line), column: Int(state.problem_mark.column),
      contextLine: state.context == nil ? nil : Int(state.context_mark.line))
  }
}

extension Event {
  fileprivate init(_ event: yaml_event_t) {
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let style: ScalarStyle =
        switch scalar.style {
        case YAML_PLAIN_SCALAR_STYLE: .plain
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .quoted
        }
      self = .scalar(text, style, decorated: scalar.anchor != nil || scalar.tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      self = .sequenceStart(decorated: start.anchor != nil || start.tag != nil)
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      self = .mappingStart(decorated: start.anchor != nil || start.tag != nil)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: self = .end
    case YAML_ALIAS_EVENT: self = .alias
    case YAML_DOCUMENT_START_EVENT: self = .documentStart
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: self = .streamEnd
    default: self = .structure
    }
  }
}
