import Posture
import Traits

/// Reads the lines of a model's file.
struct ModelReader {
  private(set) var model = Model(
    entries: [], places: [:], weights: [], habits: [], typeCalibration: .none, kindCalibration: .none)
  private var line = 0
  private var calibrations: Set<String> = []
  private var isEnded = false

  /// Reads line after line, so that no second copy of the whole is made.
  mutating func read(_ bytes: [UInt8]) throws(ModelError) {
    line = 1
    guard bytes.count <= Model.sizeLimit else { throw error(.tooMany(limit: Model.sizeLimit)) }
    var rest = bytes[...]
    guard Self.text(Self.line(of: &rest)) == ModelText.head else { throw error(.notAModel) }
    while !rest.isEmpty {
      line += 1
      let words = Self.line(of: &rest).split(separator: 0x20, maxSplits: Self.wordLimit).map(Self.text)
      guard let first = words.first else { continue }
      guard !isEnded else { throw error(.outOfOrder(first)) }
      switch first {
      case "type": try read(type: words)
      case "calibration": try read(calibration: words)
      case "trait": try read(trait: words)
      case "end": try read(end: words)
      default: throw error(.unknownWord(String(first.prefix(40))))
      }
    }
    // The line that is missing is the one after the last line end.
    if bytes.last == 0x0a { line += 1 }
    guard isEnded else { throw error(.cutOff) }
  }

  /// No line has more words.
  private static let wordLimit = Model.typeLimit + 2

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Takes the next line without its end.
  private static func line(of rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let line = rest.prefix { $0 != 0x0a }
    rest = rest.dropFirst(line.count + 1)
    return line
  }

  private mutating func read(type words: [String]) throws(ModelError) {
    try expect(6, words)
    guard calibrations.isEmpty, model.places.isEmpty else { throw error(.outOfOrder("type")) }
    guard model.entries.count < Model.typeLimit else { throw error(.tooMany(limit: Model.typeLimit)) }
    guard let kind = DeviceKind(rawValue: words[2]) else { throw error(.unknownKind(words[2])) }
    guard !model.entries.contains(where: { $0.type.name == words[1] }) else { throw error(.twice(words[1])) }
    let captures = try whole(words[4], in: 1...1_000_000)
    let bias = Int16(try whole(words[5], in: Self.weights))
    model.entries.append(
      Model.Entry(
        type: DeviceType(name: words[1], kind: kind, vendor: words[3]), captures: captures, bias: bias))
  }

  private static let weights = -Int(Int16.max)...Int(Int16.max)

  private mutating func read(calibration words: [String]) throws(ModelError) {
    try expect(Fit.count + 3, words)
    var numbers: [Double] = []
    for (index, word) in words.dropFirst(2).enumerated() {
      guard let number = Double(word), number.isFinite, abs(number) <= 1e6 else {
        throw error(.notANumber(word))
      }
      // Odds raise confidence, strangeness lowers it.
      guard index == Fit.count || (index == 0 ? number >= 0 : number <= 0) else {
        throw error(.impossible("weight \(index + 1) of a calibration has the wrong sign"))
      }
      numbers.append(number)
    }
    let calibration = Calibration(weights: Array(numbers.dropLast()), offset: numbers[Fit.count])
    switch words[1] {
    case "type": model.typeCalibration = calibration
    case "kind": model.kindCalibration = calibration
    default: throw error(.unknownWord(words[1]))
    }
    guard calibrations.insert(words[1]).inserted else { throw error(.twice(words[1])) }
  }

  private mutating func read(trait words: [String]) throws(ModelError) {
    try expect(model.entries.count + 2, words)
    guard model.places.count < Model.traitLimit else { throw error(.tooMany(limit: Model.traitLimit)) }
    guard let trait = Trait(words[1]) else { throw error(.notATrait(words[1])) }
    guard model.places.updateValue(model.places.count, forKey: trait) == nil else {
      throw error(.twice(words[1]))
    }
    for word in words.dropFirst(2) {
      let habit: Model.Habit = word.hasSuffix("*") ? .always : word.hasSuffix("+") ? .sometimes : .never
      model.habits.append(habit)
      model.weights.append(
        Int16(try whole(habit == .never ? word : String(word.dropLast()), in: Self.weights)))
    }
  }

  private mutating func read(end words: [String]) throws(ModelError) {
    try expect(2, words)
    guard try whole(words[1], in: 0...Model.traitLimit) == model.places.count else {
      throw error(.impossible("\(words[1]) traits are announced, \(model.places.count) are there"))
    }
    guard !model.entries.isEmpty, calibrations.count == 2 else {
      throw error(.impossible("types or calibrations are missing"))
    }
    isEnded = true
  }

  private func expect(_ count: Int, _ words: [String]) throws(ModelError) {
    guard words.count == count else { throw error(.wrongCount(expected: count, found: words.count)) }
  }

  private func whole(_ text: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
    guard let number = Int(text), range.contains(number) else { throw error(.notANumber(text)) }
    return number
  }

  private func error(_ fault: ModelError.Fault) -> ModelError { ModelError(line: line, fault: fault) }
}
