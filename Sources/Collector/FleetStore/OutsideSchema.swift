/// The tables of what is seen from outside, and of whose it is.
enum OutsideSchema {
  static let version7 = """
    -- What others saw. 'gateway' is whose it is, 'reason' why nobody can say; both are judged again when more is
    -- known of who had which address.
    CREATE TABLE sighting (
      address TEXT NOT NULL, transport TEXT NOT NULL, port INTEGER NOT NULL,
      time INTEGER NOT NULL, source TEXT NOT NULL,
      protocol TEXT, tls INTEGER NOT NULL, state TEXT NOT NULL, imported INTEGER NOT NULL,
      gateway TEXT, reason TEXT,
      PRIMARY KEY (address, transport, port, time, source)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sighting_of ON sighting (gateway, transport, port, time);
    CREATE INDEX sighting_time ON sighting (time);

    -- Who had an address, from when until when. 'gateway' is null where many share it, 'ended' while it lasts.
    CREATE TABLE tenure (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      block TEXT NOT NULL, first_port INTEGER, last_port INTEGER, gateway TEXT,
      began INTEGER NOT NULL, ended INTEGER, source TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX tenure_once ON tenure
      (block, began, coalesce(gateway, ''), source, coalesce(first_port, 0));
    CREATE INDEX tenure_of ON tenure (gateway, began);
    CREATE INDEX tenure_running ON tenure (gateway) WHERE ended IS NULL AND source = 'session';

    -- What gateways say of their own ports towards the Internet: seen, not_seen, or unknown where they are not sure.
    CREATE TABLE inside_port (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      transport TEXT NOT NULL, port INTEGER NOT NULL,
      state TEXT NOT NULL, since INTEGER NOT NULL, looked INTEGER NOT NULL,
      PRIMARY KEY (gateway, transport, port)
    ) STRICT, WITHOUT ROWID;
    -- 'complete' is 0 where the gateway had more ports than it told.
    CREATE TABLE inside_look (
      gateway TEXT PRIMARY KEY REFERENCES gateway (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL, looked INTEGER NOT NULL, complete INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
