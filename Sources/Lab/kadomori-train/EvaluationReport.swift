import Classify

/// Prints what came out of an evaluation.
struct EvaluationReport {
  let corpus: Corpus

  /// What each cut gave; the first is shown closer.
  func closedSet(_ cuts: [[Evaluation.Answer]], _ what: String) {
    print("\n# closed set, \(what)")
    print(
      "\n## mean, least, most: type right, up to twins, kind right, calibration error of type; captures heard"
    )
    for hearing in HeardPart.allCases {
      let all = cuts.map { $0.filter { $0.hearing == hearing } }
      let columns: [([Evaluation.Answer]) -> Double] = [
        { ratio($0.count(where: \.isTypeRight), $0.count) },
        { ratio($0.count(where: isRightUpToTwins), $0.count) },
        { ratio($0.count(where: \.isKindRight), $0.count) },
        { Reliability($0.map { ($0.verdict.confidence, $0.isTypeRight) }).error },
      ]
      print(
        "\(hearing.rawValue) \(columns.map { spread(all.map($0)) }.joined(separator: ", ")); \(all.first?.count ?? 0)"
      )
    }
    guard let first = cuts.first else { return }
    for hearing in [HeardPart.everything, .broadcast, .late, .first30, .first10] {
      detail(first.filter { $0.hearing == hearing }, hearing)
    }
  }

  private func isRightUpToTwins(_ answer: Evaluation.Answer) -> Bool {
    let said = corpus.labels.first { $0.type.name == answer.verdict.likeliest.name }
    return said?.twins == corpus.labels[answer.example].twins
  }

  private func spread(_ values: [Double]) -> String {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    return "\(places(mean)) \(places(values.min() ?? 0)) \(places(values.max() ?? 0))"
  }

  private func detail(_ answers: [Evaluation.Answer], _ hearing: HeardPart) {
    print("\n# closed set, first cut, heard: \(hearing.rawValue)")
    print("\n## by type: captures, type right, kind right")
    for name in Set(corpus.examples.map(\.type.name)).sorted() {
      let own = answers.filter { corpus.examples[$0.example].type.name == name }
      print(
        "\(name) \(own.count) \(places(ratio(own.count(where: \.isTypeRight), own.count))) "
          + "\(places(ratio(own.count(where: \.isKindRight), own.count)))")
    }
    print("\n## taken for another: is, likeliest, captures")
    var pairs: [String: Int] = [:]
    for answer in answers where !answer.isTypeRight {
      pairs["\(corpus.examples[answer.example].type.name) \(answer.verdict.likeliest.name)", default: 0] += 1
    }
    for (pair, count) in pairs.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      print("\(pair) \(count)")
    }
    said(answers)
  }

  /// Seen and unseen together: the captures of the closed set, of unseen types and of unseen vendors.
  func mixed(_ answers: [Evaluation.Answer]) {
    for hearing in HeardPart.allCases {
      print("\n# seen, unseen type and unseen vendor together, heard: \(hearing.rawValue)")
      said(answers.filter { $0.hearing == hearing })
    }
  }

  func unseen(_ answers: [Evaluation.Answer], _ what: String, by group: (Example) -> String) {
    for hearing in [HeardPart.everything, .broadcast] {
      unseen(answers.filter { $0.hearing == hearing }, "\(what), heard: \(hearing.rawValue)", group)
    }
  }

  private func unseen(_ answers: [Evaluation.Answer], _ what: String, _ group: (Example) -> String) {
    print("\n# unseen \(what): its captures judged by a model without it")
    print("kind right \(share(answers.count(where: \.isKindRight), answers.count))")
    said(answers)
    print(
      "\n## each: captures, likeliest, type said at 0.5 and 0.9, kind said at 0.5 and 0.9, kind right")
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
