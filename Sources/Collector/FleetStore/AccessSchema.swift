/// The tables of who may look at the fleet.
enum AccessSchema {
  static let version14 = """
    -- People who sign in. 'password' is a hash that is made to be slow; 'areas' a JSON list of groups, null for all.
    CREATE TABLE account (
      name TEXT PRIMARY KEY, role TEXT NOT NULL, areas TEXT, password TEXT NOT NULL,
      created INTEGER NOT NULL, changed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Who is signed in. 'hash' is the SHA-256 of what the browser has: whoever reads this table cannot come in.
    CREATE TABLE visit (
      hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
      began INTEGER NOT NULL, used INTEGER NOT NULL, source TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX visit_account ON visit (account);

    -- What programs come in with; of the secret only a hash.
    CREATE TABLE access_token (
      id TEXT PRIMARY KEY, hash TEXT NOT NULL, label TEXT NOT NULL, scopes TEXT NOT NULL, areas TEXT,
      created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER, revoked INTEGER
    ) STRICT, WITHOUT ROWID;
    """
}
