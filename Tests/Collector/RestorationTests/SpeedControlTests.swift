import Restoration
import Testing

@Suite struct SpeedControlTests {
  @Test func asLongAsEverybodyMayComeNothingIsSpedUp() {
    var control = SpeedControl()
    for _ in 0..<6 { #expect(control.next(load: 0.01, most: 0.8, inForce: 1) == 1) }
    #expect(control.next(load: 0.01, most: 0.8, inForce: 1) > 1)
  }

  @Test func halfTheCapacityIsHalfTheSpeed() {
    var control = SpeedControl()
    #expect(control.next(load: 0.02, most: 1.6, inForce: 1) == 0.5)
  }

  /// At this speed everybody may come: slower would keep people waiting for nothing.
  @Test func itIsNeverSlowerThanNeeded() {
    var control = SpeedControl()
    for _ in 0..<50 { #expect(control.next(load: 5, most: 0.8, inForce: 1) >= 1) }
  }

  /// The next substation finds a clock that is no faster than the last one bore.
  @Test func whatCameLatelyIsRemembered() {
    var control = SpeedControl()
    for _ in 0..<6 { _ = control.next(load: 0.2, most: 0.8, inForce: 1) }
    var speed = 1.0
    for _ in 0..<10 {
      speed = control.next(load: 0, most: 0.8, inForce: speed)
      #expect(speed <= 3.5)
    }
    for _ in 0..<20 { speed = control.next(load: 0, most: 0.8, inForce: speed) }
    #expect(speed == SpeedControl.fastest)
  }

  @Test(arguments: [0.0, -1, .nan, .infinity]) func nonsenseIsBounded(_ load: Double) {
    var control = SpeedControl()
    for _ in 0..<40 {
      let speed = control.next(load: load, most: load, inForce: 1)
      #expect((0.125...SpeedControl.fastest).contains(speed))
    }
  }
}
