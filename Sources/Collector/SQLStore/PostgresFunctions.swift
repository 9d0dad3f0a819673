/// What SQLite has and our statements use, as functions in our schema, so that the statements are the same.
enum PostgresFunctions {
  static let all = [
    // Unlike greatest and least, null where one is null.
    """
    CREATE OR REPLACE FUNCTION max(a BIGINT, b BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE greatest(a, b) END
    """,
    """
    CREATE OR REPLACE FUNCTION min(a BIGINT, b BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE least(a, b) END
    """,
    // Only paths of names, '$.a.b'.
    """
    CREATE OR REPLACE FUNCTION json_extract(document TEXT, path TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN document::jsonb #>> string_to_array(substr(path, 3), '.')
    """,
  ]
}
