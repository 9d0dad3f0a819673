import Classify
import Posture
import Testing

import kadomori_train

struct LabelsTests {
  @Test func readsWhatAFolderHolds() throws {
    let labels = try Labels(
      text: "# words\nLamp1\tLamp\tappliance\tAyame\tLamps\n\nCam\tCam\tcamera\tBotan\t-\n", name: "x")
    #expect(labels.byFolder["Lamp1"]?.type.name == "Lamp" && labels.byFolder["Lamp1"]?.twins == "Lamps")
    #expect(labels.byFolder["Cam"]?.twins == "Cam" && labels.byFolder["Cam"]?.type.kind == .camera)
  }

  @Test(arguments: [
    ("Lamp\tLamp\tappliance\tAyame", "x: line 1: five fields"),
    ("\nLamp\tLamp\tlampshade\tAyame\t-", "x: line 2: 'lampshade' is no kind"),
    ("A\tLamp\thub\tAyame\t-\nA\tLamp\thub\tAyame\t-", "x: line 2: the folder 'A' is there already"),
    ("A\tLamp\thub\tAyame\t-\nB\tLamp\tcamera\tAyame\t-", "x: line 2: 'Lamp' has another kind"),
  ])
  func faultsAreNamedWithTheirLine(text: String, words: String) throws {
    let fault = try #require(throws: Labels.Fault.self) { try Labels(text: text, name: "x") }
    #expect(fault.description.hasPrefix(words))
  }
}
