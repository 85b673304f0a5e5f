-- What the destination `databricks` needs. Run it once in a SQL warehouse (or a runtime of 12.2 or later), with names of
-- your own; the settings in heed.config.ts name them.

CREATE CATALOG IF NOT EXISTS preferences;
CREATE SCHEMA IF NOT EXISTS preferences.heed;
USE preferences.heed;

-- What holds now: a row per subject, topic and channel. `version` is the newest version that said it.
CREATE TABLE IF NOT EXISTS heed_choices (
  subject STRING NOT NULL,
  topic STRING NOT NULL,
  channel STRING NOT NULL,
  state STRING NOT NULL,
  version BIGINT NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  source STRING NOT NULL,
  actor STRING NOT NULL,
  method STRING NOT NULL,
  legal_basis STRING,
  notice_id STRING,
  notice_version STRING,
  notice_language STRING,
  expires_at TIMESTAMP,
  CONSTRAINT heed_choices_key PRIMARY KEY (subject, topic, channel)
);

-- Everything that was ever chosen: a row per subject and version, with the whole event as JSON.
CREATE TABLE IF NOT EXISTS heed_versions (
  subject STRING NOT NULL,
  version BIGINT NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  occurred_at TIMESTAMP NOT NULL,
  source STRING NOT NULL,
  actor STRING NOT NULL,
  method STRING NOT NULL,
  event STRING NOT NULL,
  CONSTRAINT heed_versions_key PRIMARY KEY (subject, version)
);

-- What may be acted on: granted, not run out, and said by the subject's newest version. A topic that was retired keeps
-- its row, but no newer version repeats it; a version without any choice is in the table of versions alone.
CREATE VIEW IF NOT EXISTS heed_permitted AS
SELECT c.subject, c.topic, c.channel, c.occurred_at, c.expires_at
FROM heed_choices c
JOIN (
  SELECT told.subject, max(told.version) AS version
  FROM (
    SELECT subject, version FROM heed_choices
    UNION ALL
    SELECT subject, version FROM heed_versions
  ) told
  GROUP BY told.subject
) newest ON newest.subject = c.subject AND newest.version = c.version
WHERE c.state = 'granted' AND (c.expires_at IS NULL OR c.expires_at > current_timestamp());

-- The service principal, by its application id. It also needs CAN USE on the SQL warehouse.
GRANT USE CATALOG ON CATALOG preferences TO `00000000-0000-0000-0000-000000000000`;
GRANT USE SCHEMA ON SCHEMA preferences.heed TO `00000000-0000-0000-0000-000000000000`;
GRANT SELECT, MODIFY ON TABLE heed_choices TO `00000000-0000-0000-0000-000000000000`;
GRANT SELECT, MODIFY ON TABLE heed_versions TO `00000000-0000-0000-0000-000000000000`;
