import SQLStore

extension Schema {
  /// What is different in PostgreSQL: histories are divided by time, and what belongs to a gateway has its name in every
  /// key, so that a distributed PostgreSQL can keep all of a gateway in one place.
  static let postgres = PostgresSchema(
    tables: [
      "event": PostgresSchema.Table(divided: "received", key: ["gateway", "seq", "received"]),
      "posture": PostgresSchema.Table(divided: "received", key: ["gateway", "seq", "received"]),
      "sighting": PostgresSchema.Table(divided: "time"),
      "finding_step": PostgresSchema.Table(key: ["gateway", "number"]),
    ],
    // A campaign's shards are each of one worker, so that a target is not written twice at the same time.
    plainIndexes: ["sighting_of_campaign"])
}
