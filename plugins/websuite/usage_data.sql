-- The view contract of the RealPresence Web Suite: all that the usage data service reads from the product's
-- database. The plugin's tests compare this file with the queries and with the approved list, profile.yaml.
--
-- Keep      the names of the schema, the views and the columns, the types of the columns, the comments, the grants.
-- Replace   the SELECTs. They are plausible numbers for the tests. Select from the product's own tables instead, and cast
--           columns of another type.
--
-- Rules
--   * Aggregates only. No column names, addresses or describes a user, a device, a conference or another system; none may be
--     added. If a view has other columns, they are not read: each query names the columns below. Serial number and
--     the names of licensed features are sent in clear, as the customer was promised.
--   * NULL means not known, and is left out. Zero means that there are none. Never use zero for an unknown number.
--   * A view without a row is left out as a whole. Only license_features and feature_usage_hourly may have several rows.
--   * If a release cannot fill a view, drop the view: it is then reported as not available on this release.
--   * A view must answer within a second. It runs as its owner, which needs access to the tables. Its reader needs only the view.
--
-- Install with
--     psql -v ON_ERROR_STOP=1 -1 -d DATABASE -f usage_data.sql
-- as a role that may create schemas in the database (CREATE) and roles (CREATEROLE). The script may be run again.
--
-- A comment gives the meaning of a column and of NULL, and the field and kind as which it is sent. A word of an enum that is
-- not in its list is sent as "other".

CREATE SCHEMA IF NOT EXISTS usage_data;

-- Before version 2 of the profile, dates were text in these views. PostgreSQL cannot change the type of a view's column.
DROP VIEW IF EXISTS usage_data.license, usage_data.license_features;

COMMENT ON SCHEMA usage_data IS 'The data that the usage data service reads from this product. Aggregates only.';

-- license: one row.

CREATE OR REPLACE VIEW usage_data.license AS
SELECT
    'WS-8L200353429AFC'::text AS serial_number,
    'active'::text            AS state,
    250::bigint               AS licensed_participants,
    '2027-03-31'::date        AS expiration_date;

COMMENT ON VIEW usage_data.license IS 'The license of this system. One row.';
COMMENT ON COLUMN usage_data.license.serial_number IS 'Serial number of the system. NULL: not known. Sent as license_information.serial_number: serial.';
COMMENT ON COLUMN usage_data.license.state IS 'State of the license. NULL: not known. Sent as license_information.state: enum of active, trial, expired, invalid, not_licensed.';
COMMENT ON COLUMN usage_data.license.licensed_participants IS 'Licensed simultaneous participants. NULL: not limited or not known. Sent as license_information.licensed_participants: count.';
COMMENT ON COLUMN usage_data.license.expiration_date IS 'Last day of the license. NULL: it does not end, or not known. Sent as license_information.expiration_date: date.';

-- license_features: one row for each licensed feature; the first 64 are read.

CREATE OR REPLACE VIEW usage_data.license_features AS
SELECT name, counted, count, perpetual, start_date, expiration_date
FROM (VALUES
    ('CONFERENCING'::text,  true,  250::bigint,  false, '2025-04-01'::date, '2027-03-31'::date),
    ('CONTENT_SHARING',     false, NULL,         true,  '2025-04-01',       NULL),
    ('SOCIAL_INTEGRATION',  false, NULL,         true,  '2025-04-01',       NULL)
) AS feature (name, counted, count, perpetual, start_date, expiration_date);

COMMENT ON VIEW usage_data.license_features IS 'The licensed features. A row for each; the first 64 are read.';
COMMENT ON COLUMN usage_data.license_features.name IS 'Name of the feature as in the product''s price list, at most 64 letters, digits, _, - and single spaces. NULL: not known. Sent as license_information.features.name: license.';
COMMENT ON COLUMN usage_data.license_features.counted IS 'Whether the feature is licensed by number. NULL: not known. Sent as license_information.features.counted: flag.';
COMMENT ON COLUMN usage_data.license_features.count IS 'Licensed number. NULL: the feature is not licensed by number, or not known. Sent as license_information.features.count: count.';
COMMENT ON COLUMN usage_data.license_features.perpetual IS 'Whether the feature never expires. NULL: not known. Sent as license_information.features.perpetual: flag.';
COMMENT ON COLUMN usage_data.license_features.start_date IS 'First day of the feature. NULL: not known. Sent as license_information.features.start_date: date.';
COMMENT ON COLUMN usage_data.license_features.expiration_date IS 'Last day of the feature. NULL: it does not end, or not known. Sent as license_information.features.expiration_date: date.';

-- social_integration: one row.

CREATE OR REPLACE VIEW usage_data.social_integration AS
SELECT
    true                                 AS enabled,
    ARRAY['facebook', 'google']::text[]  AS providers;

COMMENT ON VIEW usage_data.social_integration IS 'Signing in with an account of a social network. One row.';
COMMENT ON COLUMN usage_data.social_integration.enabled IS 'Whether at least one provider is enabled. NULL: not known. Sent as feature_usage.social_integration.enabled: flag.';
COMMENT ON COLUMN usage_data.social_integration.providers IS 'The enabled providers, at most 16 words; empty: none. NULL: not known. Sent as feature_usage.social_integration.providers: enum of facebook, google, linkedin, microsoft, salesforce, twitter, yahoo.';

-- enterprise_directory: one row.

CREATE OR REPLACE VIEW usage_data.enterprise_directory AS
SELECT
    true      AS integrated,
    true      AS secure_ldap,
    2::bigint AS domains;

COMMENT ON VIEW usage_data.enterprise_directory IS 'Integration with an enterprise directory. One row.';
COMMENT ON COLUMN usage_data.enterprise_directory.integrated IS 'Whether a directory is integrated. NULL: not known. Sent as feature_usage.enterprise_directory.integrated: flag.';
COMMENT ON COLUMN usage_data.enterprise_directory.secure_ldap IS 'Whether every connection to a directory is encrypted. NULL: no directory is integrated, or not known. Sent as feature_usage.enterprise_directory.secure_ldap: flag.';
COMMENT ON COLUMN usage_data.enterprise_directory.domains IS 'Number of directory domains in use. NULL: not known. Sent as feature_usage.enterprise_directory.domains: count.';

-- feature_usage_hourly: one row for each hour of UTC; the service asks for one hour at a time. Keep the last 48 or more. An
-- hour in which nothing happened has a row of zeros. An hour that was not counted completely has no row: nothing is
-- sent for it.
--
-- An hour begins on the hour of UTC. In a time zone with an offset of 30 or 45 minutes, that is not the hour of the local clock.

CREATE OR REPLACE VIEW usage_data.feature_usage_hourly AS
SELECT hour, conferences_started, conferences_peak, participants, participants_peak, documents_uploaded
FROM (VALUES
    ('2026-03-01 12:00:00+00'::timestamptz, 11::bigint, 5::bigint, 64::bigint,  38::bigint, 3::bigint),
    ('2026-03-01 13:00:00+00',              37,         14,        312,         121,        26),
    ('2026-03-01 14:00:00+00',              19,         8,         140,         77,         9)
) AS counted (hour, conferences_started, conferences_peak, participants, participants_peak, documents_uploaded)
UNION ALL
SELECT hour, 21, 9, 176, 83, 12
FROM generate_series(date_trunc('hour', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '3 hours', now(), interval '1 hour') AS recent (hour);

COMMENT ON VIEW usage_data.feature_usage_hourly IS 'Use of features in an hour of UTC. A row for each of the last 48 hours or more.';
COMMENT ON COLUMN usage_data.feature_usage_hourly.hour IS 'Start of the hour of UTC. NULL: never. Not sent: it identifies the row.';
COMMENT ON COLUMN usage_data.feature_usage_hourly.conferences_started IS 'Conferences that began within the hour. NULL: not known. Sent as feature_usage.conferences_started: count.';
COMMENT ON COLUMN usage_data.feature_usage_hourly.conferences_peak IS 'Highest number of simultaneous conferences. NULL: not known. Sent as feature_usage.conferences_peak: count.';
COMMENT ON COLUMN usage_data.feature_usage_hourly.participants IS 'Participants who joined within the hour. A participant who joined twice counts twice. NULL: not known. Sent as feature_usage.participants: count.';
COMMENT ON COLUMN usage_data.feature_usage_hourly.participants_peak IS 'Highest number of simultaneous participants in all conferences. NULL: not known. Sent as feature_usage.participants_peak: count.';
COMMENT ON COLUMN usage_data.feature_usage_hourly.documents_uploaded IS 'Documents that were uploaded within the hour. NULL: not known. Sent as feature_usage.documents_uploaded: count.';

-- users: one row.

CREATE OR REPLACE VIEW usage_data.users AS
SELECT
    58::bigint   AS local,
    2140::bigint AS enterprise;

COMMENT ON VIEW usage_data.users IS 'Numbers of users. One row.';
COMMENT ON COLUMN usage_data.users.local IS 'Local users. NULL: not known. Sent as counts.users_local: count.';
COMMENT ON COLUMN usage_data.users.enterprise IS 'Users of the enterprise directory that the product knows. NULL: not known. Sent as counts.users_enterprise: count.';

-- security_settings: one row.

CREATE OR REPLACE VIEW usage_data.security_settings AS
SELECT
    'tlsv1.2'::text         AS tls_min_version,
    false                   AS ssh_access,
    'saml'::text            AS single_sign_on,
    true                    AS guest_access,
    12::bigint              AS password_min_length,
    interval '2160 hours'   AS password_max_age,
    10::bigint              AS password_history;

COMMENT ON VIEW usage_data.security_settings IS 'Security settings. One row.';
COMMENT ON COLUMN usage_data.security_settings.tls_min_version IS 'Oldest version of TLS that is accepted. NULL: not known. Sent as security_settings.tls_min_version: enum of tlsv1.0, tlsv1.1, tlsv1.2, tlsv1.3.';
COMMENT ON COLUMN usage_data.security_settings.ssh_access IS 'Whether SSH may be used. NULL: not known. Sent as security_settings.ssh_access: flag.';
COMMENT ON COLUMN usage_data.security_settings.single_sign_on IS 'Method of single sign-on for enterprise users. NULL: not known. Sent as security_settings.single_sign_on: enum of disabled, saml, adfs, kerberos, ntlm, oauth.';
COMMENT ON COLUMN usage_data.security_settings.guest_access IS 'Whether guests may join a conference without an account. NULL: not known. Sent as security_settings.guest_access: flag.';
COMMENT ON COLUMN usage_data.security_settings.password_min_length IS 'Minimum length of a local user''s password, in characters. NULL: not known. Sent as security_settings.password_min_length: count.';
COMMENT ON COLUMN usage_data.security_settings.password_max_age IS 'Age at which the password of a local user has to be changed. NULL: never, or not known. Sent as security_settings.password_max_age: duration.';
COMMENT ON COLUMN usage_data.security_settings.password_history IS 'Number of former passwords that a local user cannot use again. NULL: not known. Sent as security_settings.password_history: count.';

-- The role usage_data_reader may read the views, and no table. It cannot log in. Make the user of the service a member:
-- GRANT usage_data_reader TO <user>.

DO $$
BEGIN
    CREATE ROLE usage_data_reader NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL; -- it exists already
END
$$;
GRANT USAGE ON SCHEMA usage_data TO usage_data_reader;
GRANT SELECT ON usage_data.license, usage_data.license_features, usage_data.social_integration, usage_data.enterprise_directory,
    usage_data.feature_usage_hourly, usage_data.users, usage_data.security_settings TO usage_data_reader;
