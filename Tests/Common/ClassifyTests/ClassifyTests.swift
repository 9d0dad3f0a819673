import Classify
import Posture
import Testing
import Traits

struct ClassifyTests {
  @Test func knowsWhatItWasTaught() throws {
    for type in Household.types {
      let verdict = try #require(Household.model.classify(Household.traits(of: type, capture: 40)))
      #expect(verdict.type == type && verdict.kind == type.kind)
      #expect(verdict.confidence >= 0.5 && verdict.confidence <= 0.99)
      #expect(verdict.clue?.source == .traffic && verdict.clue?.vendor == type.vendor)
      #expect(
        verdict.clue?.model == nil && verdict.clue?.detail.contains(type.name) == true,
        "a twin sends the same")
    }
  }

  @Test func framesToManyAreEnough() throws {
    for type in Household.types {
      let verdict = try #require(Household.model.classify(Household.traitsToMany(of: type, capture: 40)))
      #expect(verdict.type == type && verdict.kind == type.kind)
    }
  }

  @Test func aModelOfEverythingDoesNotMissWhatWasNotToMany() throws {
    var training = Training()
    training.hearings = [.everything]
    let alone = training.model(of: Household.examples)
    for type in Household.types {
      let toMany = Household.traitsToMany(of: type, capture: 40)
      let verdict = try #require(alone.classify(toMany))
      #expect(verdict.likeliest == type)
      let taught = try #require(Household.model.classify(toMany))
      #expect(taught.confidence > 0.5)
    }
  }

  @Test func whatEveryDeviceShowsNamesNone() throws {
    let common: Set<Trait> = [Trait(.frame, "800"), Trait(.frame, "806"), Trait(.ip, "4-17")]
    let verdict = try #require(Household.model.classify(common))
    #expect(verdict.type == nil && verdict.clue == nil)
  }

  @Test func hearingsAreOfTheFramesToMany() {
    #expect(HeardPart.late.frames(of: 7) == 3..<7 && HeardPart.late.frames(of: 0).isEmpty)
    #expect(HeardPart.first10.frames(of: 7) == 0..<7 && HeardPart.first30.frames(of: 200) == 0..<30)
    #expect(HeardPart.broadcast.frames(of: 500) == 0..<500 && HeardPart.first100.frames(of: 500) == 0..<100)
  }

  @Test func saysNothingOfWhatItNeverSaw() throws {
    let strange: Set<Trait> = [
      Trait(.frame, "800"), Trait(.host, "laptop"), Trait(.domain, "elsewhere.example"),
      Trait(.client, "other"),
      Trait(.wanted, "1-121-3"), Trait(.syn, "window-65535"), Trait(.tls, "ciphers-1"),
      Trait(.port, "tcp-22"),
    ]
    let verdict = try #require(Household.model.classify(strange))
    #expect(verdict.type == nil && verdict.kind == .unknown && verdict.clue == nil)
    #expect(Household.model.classify([]) == nil)
  }

  @Test func whatShowsLittleHasNoKindWithoutAType() throws {
    let verdict = try #require(Household.model.classify([Trait(.frame, "800"), Trait(.ip, "4-17")]))
    #expect(verdict.type == nil && verdict.kind == .unknown)
  }

  @Test func strangeTraitsNeverMakeItSurer() throws {
    for type in Household.types {
      var traits = Household.traits(of: type, capture: 41)
      var last = try #require(Household.model.classify(traits)).confidence
      for number in 0..<30 {
        traits.insert(Trait(.domain, "strange\(number).example"))
        let next = try #require(Household.model.classify(traits)).confidence
        #expect(next <= last)
        last = next
      }
      #expect(last < Verdict.threshold)
    }
  }

  @Test func theSameExamplesGiveTheSameModel() {
    #expect(Training().model(of: Household.examples).text == Household.model.text)
  }

  @Test func aHeldOutCaptureIsKnownAndAHeldOutVendorIsNot() {
    let evaluation = Evaluation(Household.examples)
    let closed = evaluation.closedSet(parts: 3)
    #expect(closed.count { $0.hearing == .everything } == Household.examples.count)
    #expect(closed.count { $0.hearing == .late } == 0)
    #expect(closed.filter(\.isTypeRight).count == closed.count)
    #expect(evaluation.unseenVendors().allSatisfy { $0.verdict.type == nil })
  }

  @Test func partsHoldEveryExampleAndAboutAsMuchOfEachType() {
    let folds = Folds(Household.examples, count: 4, seed: 3)
    #expect(folds.part == Folds(Household.examples, count: 4, seed: 3).part)
    #expect(folds.part != Folds(Household.examples, count: 4, seed: 4).part)
    for type in Household.types {
      for part in 0..<4 {
        let own = Household.examples.indices.filter {
          Household.examples[$0].type == type && folds.part[$0] == part
        }
        #expect(own.count == 3)
      }
    }
  }

  @Test func reliabilityComparesWhatIsSaidWithWhatIsTrue() {
    let honest = Reliability((0..<10).map { (confidence: 0.7, isRight: $0 < 7) })
    #expect(honest.error < 1e-9)
    let boastful = Reliability((0..<10).map { (confidence: 1.0, isRight: $0 < 5) })
    #expect(abs(boastful.error - 0.5) < 1e-9 && boastful.bins[9].count == 10)
  }
}
