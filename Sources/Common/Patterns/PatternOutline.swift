/// A pattern that was read but not compiled: enough to know that it is good and which text it needs.
package struct PatternOutline: Sendable {
  let root: Node
  package let groupCount: Int

  package init(_ source: String, options: PatternOptions = []) throws(PatternError) {
    var parser = Parser(source)
    guard parser.scalars.count <= PatternLimits.source else {
      throw PatternError(reason: .tooLarge, position: PatternLimits.source)
    }
    root = try parser.pattern(options)
    groupCount = parser.groupCount
    let size = programSize
    guard size <= PatternLimits.program, size * (groupCount + 1) * 2 <= PatternLimits.slots else {
      throw PatternError(reason: .tooLarge, position: 0)
    }
  }

  /// The instructions of the compiled pattern.
  package var programSize: Int { root.size + 3 }

  /// The longest run of ASCII bytes, letters in lower case, that every match holds in some case.
  package var requiredLiteral: [UInt8] {
    var finder = LiteralFinder()
    finder.visit(root)
    finder.endRun()
    return finder.best
  }
}
