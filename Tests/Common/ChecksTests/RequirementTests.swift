import Testing

@testable import Checks

struct RequirementTests {
  @Test func everyCheckSaysWhatItShowsToBeMissing() {
    #expect(Check.mapped == Checks.ids)
    // What a scan noticed of itself is no requirement of any standard.
    let none = Checks.all.filter(\.requirements.isEmpty).map(\.id)
    #expect(Set(none) == ["address-conflict", "stopped-answering", "slowed-down", "accepts-everything"])
  }

  @Test func everyStandardIsMappedTo() {
    let clauses = Checks.all.flatMap(\.requirements).flatMap(\.clauses)
    for standard in ["ETSI EN 303 645", "NIST IR 8425A", "JC-STAR", "端末設備等規則 34条の10"] {
      #expect(clauses.contains { $0.hasPrefix(standard) }, "\(standard)")
    }
    #expect(Set(Checks.all.flatMap(\.requirements)) == Set(Requirement.allCases))
  }

  @Test func noCheckIsNewerThanTheCatalogue() {
    #expect(Checks.all.map(\.added).max() == Checks.version)
    #expect(Checks.all.allSatisfy { $0.added >= 1 })
  }
}
