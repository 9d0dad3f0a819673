import Classify

/// Prints what came out of an evaluation.
struct EvaluationReport {
  let corpus: Corpus

  func closedSet(_ answers: [Evaluation.Answer], parts: Int) {
    let twins = Dictionary(
      zip(corpus.labels.map(\.type.name), corpus.labels.map(\.twins)), uniquingKeysWith: { first, _ in first }
    )
    let twinsRight = answers.count { twins[$0.verdict.likeliest.name] == corpus.labels[$0.example].twins }
    print("\n# closed set, \(parts) parts by capture")
    print("type right \(share(answers.count(where: \.isTypeRight), answers.count))")
    print("type right up to twins \(share(twinsRight, answers.count))")
    print("kind right \(share(answers.count(where: \.isKindRight), answers.count))")
    print("\n## by type: captures, type right, kind right")
    for name in Set(corpus.examples.map(\.type.name)).sorted() {
      let own = answers.filter { corpus.examples[$0.example].type.name == name }
      print(
        "\(name) \(own.count) \(places(ratio(own.count(where: \.isTypeRight), own.count))) "
          + "\(places(ratio(own.count(where: \.isKindRight), own.count)))")
    }
    print("\n## taken for another: is, said, captures")
    var pairs: [String: Int] = [:]
    for answer in answers where !answer.isTypeRight {
      pairs["\(corpus.examples[answer.example].type.name) \(answer.verdict.likeliest.name)", default: 0] += 1
    }
    for (pair, count) in pairs.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      print("\(pair) \(count)")
    }
    said(answers)
  }

  func unseen(_ answers: [Evaluation.Answer], _ what: String, by group: (Example) -> String) {
    print("\n# unseen \(what): its captures judged by a model without it")
    print("kind right \(share(answers.count(where: \.isKindRight), answers.count))")
    said(answers)
    print(
      "\n## by \(what): captures, likeliest, type said at 0.5 and 0.9, kind said at 0.5 and 0.9, kind right")
    for name in Set(corpus.examples.map(group)).sorted() {
      let own = answers.filter { group(corpus.examples[$0.example]) == name }
      var names: [String: Int] = [:]
      for answer in own { names[answer.verdict.likeliest.name, default: 0] += 1 }
      let most = names.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "-"
      let columns = [
        own.count { $0.verdict.confidence >= 0.5 }, own.count { $0.verdict.confidence >= 0.9 },
        own.count { $0.verdict.kindConfidence >= 0.5 }, own.count { $0.verdict.kindConfidence >= 0.9 },
        own.count(where: \.isKindRight),
      ]
      print(
        "\(name) \(own.count) \(most) \(columns.map { places(ratio($0, own.count)) }.joined(separator: " "))")
    }
  }

  /// How much is said, and how much of it is right, of type and of kind.
  private func said(_ answers: [Evaluation.Answer]) {
    let views: [(String, [(confidence: Double, isRight: Bool)])] = [
      ("type", answers.map { ($0.verdict.confidence, $0.isTypeRight) }),
      ("kind", answers.map { ($0.verdict.kindConfidence, $0.isKindRight) }),
    ]
    for (name, judged) in views {
      print("\n## \(name): confidence")
      for least in [0.5, 0.9] {
        let said = judged.filter { $0.confidence >= least }
        let right = said.count(where: \.isRight)
        print(
          "at \(least) or more: said \(share(said.count, judged.count)), of these right \(share(right, said.count)), "
            + "wrongly said \(share(said.count - right, judged.count))")
      }
      let reliability = Reliability(judged)
      for (index, bin) in reliability.bins.enumerated() where bin.count > 0 {
        print(
          "0.\(index) captures \(bin.count) confidence \(places(bin.confidence / Double(bin.count))) "
            + "right \(places(ratio(bin.right, bin.count)))")
      }
      print("expected calibration error \(places(reliability.error))")
    }
  }

  private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  private func share(_ part: Int, _ whole: Int) -> String {
    "\(places(ratio(part, whole))) (\(part) of \(whole))"
  }
}
