package import Campaigns
import Checks
package import Posture

/// The words by which facilities that people depend on show themselves, with how telling each is.
///
/// How sure a word makes us is chosen, not measured: 80 and more where hardly anything else bears the word, 60 where a
/// maker's demonstration may, 40 where an office or a shop may as well. It says where to look first, and no more.
package enum FacilityTable {
  private typealias Row = (words: [String], sector: FacilityMark.Sector, sureness: Int)

  private static let rows: [Row] = [
    (
      ["浄水", "配水池", "配水場", "排水機場", "樋門", "水門", "water treatment", "waterworks", "floodgate"], .water, 85
    ),
    (
      [
        "ポンプ場", "給水塔", "受水槽", "取水", "水位", "貯水", "pump station", "pumping station", "water level",
        "water plant", "reservoir",
      ], .water, 75
    ),
    (["下水", "処理場", "水道局", "sewage", "wastewater", "ダム", "dam"], .water, 60),
    (["雨量", "河川"], .water, 50),
    (["変電所", "発電所", "発電設備", "substation", "power plant", "power station"], .power, 80),
    (["太陽光", "太陽光発電", "風力発電", "solar plant", "wind farm"], .power, 65),
    (["病院", "医療センター", "診療所", "hospital", "clinic"], .health, 45),
    (["消防", "防災", "fire station"], .safety, 50),
    (["信号機", "トンネル"], .transport, 65), (["空港", "鉄道", "駐車場", "airport"], .transport, 45),
    (["焼却", "清掃センター"], .waste, 75), (["プラント"], .industry, 60), (["工場"], .industry, 40),
    (["中央監視", "遠方監視", "監視制御", "制御盤", "scada"], .control, 80),
    (["plc", "hmi", "rtu", "タッチパネル"], .control, 60),
  ]

  /// Every word with its mark.
  package static var words: [String] { rows.flatMap(\.words) }

  /// What a service shows to everybody, in which such a word may stand.
  private static let shown: [ServiceFact] = [
    .title, .realm, .name, .banner, .certificateSubject, .certificateNames,
  ]

  /// The most telling word of a service; `nil` where there is none.
  package static func mark(in facts: [ServiceFact: String]) -> FacilityMark? {
    let texts = shown.compactMap { facts[$0] }
    guard !texts.isEmpty else { return nil }
    var best: FacilityMark?
    for row in rows where row.sureness > best?.sureness ?? 0 {
      guard
        let word = row.words.first(where: { word in texts.contains { FacilityWords.occurs(word, in: $0) } })
      else { continue }
      best = FacilityMark(word, row.sector, sureness: row.sureness)
    }
    return best
  }
}
