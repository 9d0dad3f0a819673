// FleetContract holds what both sides must agree on: topics, envelopes and their bounds.
//
// Bytes of the broker are a stranger's: every reader here checks size and depth first, throws a
// `Rejection` with its reason and never traps.
