/// The sentences that say how to see that a notice is real.
package enum NoticeProof {
  /// `place` is where the gateway's page is, such as `192.168.1.1:8476`, where that is the same for everybody.
  package static func lines(
    code: String, place: String? = nil, in language: NoticeLanguage
  ) throws(NoticeTemplate.Fault) -> [String] {
    let texts = NoticeTexts.standard(language)
    let page = texts.page + (place.map { language == .en ? " (\($0))" : "（\($0)）" } ?? "")
    var lines: [String] = []
    for line in texts.proof { lines.append(try line.filled([.code: code, .page: page])) }
    return lines
  }
}
