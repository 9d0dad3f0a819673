import Lab
import Posture
import SiteFixture
import Testing

/// A scan of a network of a thousand addresses.
@Suite(.serialized) struct LargeLANScanTests {
  @Test(.timeLimit(.minutes(4))) func findsAllThirtyDevicesOfA22() throws {
    let site = try Site(.wide)
    defer { site.down() }
    let report = try site.scan()
    let recall = Recall(of: site.lab.document, in: report)
    #expect(recall.missed == [])
    #expect(recall.misnamed == [])
    #expect(recall.invented == [])
    #expect(report.devices.count == 30)
    #expect(report.scan.networks == [LabPlan.wide.network])
    #expect(report.scan.complete)
  }
}
