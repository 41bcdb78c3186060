-- The view contract of the RealPresence Resource Manager: all that the usage data service reads from the product's
-- database. Data that only the SNMP agent or the Platform API has is read from them and not listed here.
--
-- Keep      the names of the schema, the views and the columns, the types of the columns, the comments, the grants.
-- Replace   the SELECTs. They are plausible numbers for the tests. Select from the product's own tables instead, and cast
--           columns of another type.
--
-- Rules
--   * Aggregates only. No column names, addresses or describes a user, a device, a site or another system; none may be added.
--     If a view has other columns, they are not read: each query names the columns below. Serial number and
--     the names of licensed features are sent in clear, as the customer was promised.
--   * NULL means not known, and is left out. Zero means that there are none. Never use zero for an unknown number.
--   * A view without a row is left out as a whole. Only license_features and conferences_hourly may have several rows.
--   * If a release cannot fill a view, drop the view: it is then reported as not available on this release.
--   * A view must answer within a second. It runs as its owner, which needs access to the tables. Its reader needs only the view.
--
-- Install with: psql -v ON_ERROR_STOP=1 -1 -d DATABASE -f usage_data.sql. The script may be run again.
--
-- A comment gives the meaning of a column and of NULL, and the field and kind as which it is sent. A word of an enum that is
-- not in its list is sent as "other".

CREATE SCHEMA IF NOT EXISTS usage_data;

-- Before version 3 of the profile, this view had two dates instead of the two times. PostgreSQL cannot rename a column of a
-- view that is replaced.
DROP VIEW IF EXISTS usage_data.license_features;

COMMENT ON SCHEMA usage_data IS 'The data that the usage data service reads from this product. Aggregates only.';

-- license: one row. The serial number is read here only if the Platform API does not report it.

CREATE OR REPLACE VIEW usage_data.license AS
SELECT
    'RM-8K31774250D1EB'::text AS serial_number,
    30::bigint                AS reclaim_days;

COMMENT ON VIEW usage_data.license IS 'The license of this system. One row.';
COMMENT ON COLUMN usage_data.license.serial_number IS 'Serial number of the system. NULL: not known. Sent as license_information.serial_number: serial.';
COMMENT ON COLUMN usage_data.license.reclaim_days IS 'Days without use after which a license is reclaimed. NULL: never, or not known. Sent as feature_configuration.license_reclaim_days: count.';

-- license_features: one row for each licensed feature; the first 64 are read, if the Platform API does not list them.

CREATE OR REPLACE VIEW usage_data.license_features AS
SELECT name, counted, count, perpetual, borrow_start, borrow_end
FROM (VALUES
    ('MANAGED_ENDPOINTS'::text, true,  5000::bigint, false, '2026-02-01 00:00:00+00'::timestamptz, '2026-03-31 23:59:59+00'::timestamptz),
    ('MULTI_TENANCY',           false, NULL,         true,  NULL,                                  NULL),
    ('HIGH_AVAILABILITY',       false, NULL,         true,  NULL,                                  NULL)
) AS feature (name, counted, count, perpetual, borrow_start, borrow_end);

COMMENT ON VIEW usage_data.license_features IS 'The licensed features. A row for each; the first 64 are read.';
COMMENT ON COLUMN usage_data.license_features.name IS 'Identifier of the feature, as in its license, at most 64 letters, digits, _, - and single spaces. NULL: not known. Sent as license_information.features.name: license.';
COMMENT ON COLUMN usage_data.license_features.counted IS 'Whether the feature is licensed by number. NULL: not known. Sent as license_information.features.counted: flag.';
COMMENT ON COLUMN usage_data.license_features.count IS 'Licensed number. NULL: the feature is not licensed by number, or not known. Sent as license_information.features.count: count.';
COMMENT ON COLUMN usage_data.license_features.perpetual IS 'Whether the feature never expires. NULL: not known. Sent as license_information.features.perpetual: flag.';
COMMENT ON COLUMN usage_data.license_features.borrow_start IS 'When this system began to borrow the feature from its license server. NULL: it does not borrow it, or not known. Sent as license_information.features.borrow_start: time.';
COMMENT ON COLUMN usage_data.license_features.borrow_end IS 'When this system has to borrow the feature again. The license itself may last longer. NULL: it does not borrow it, or not known. Sent as license_information.features.borrow_end: time.';

-- system: one row.

CREATE OR REPLACE VIEW usage_data.system AS
SELECT
    '10.9.0.1204'::text AS software_version,
    2::bigint           AS servers,
    1::bigint           AS clusters,
    true                AS redundancy,
    3::bigint           AS dma_systems;

COMMENT ON VIEW usage_data.system IS 'The servers of this system. One row.';
COMMENT ON COLUMN usage_data.system.software_version IS 'Software version of the system. NULL: not known. Sent as system_configuration.software_version: version.';
COMMENT ON COLUMN usage_data.system.servers IS 'Servers of this system. NULL: not known. Sent as system_configuration.servers: count.';
COMMENT ON COLUMN usage_data.system.clusters IS 'Clusters that the servers form. NULL: not known. Sent as system_configuration.clusters: count.';
COMMENT ON COLUMN usage_data.system.redundancy IS 'Whether there is a standby server. NULL: not known. Sent as system_configuration.redundancy: flag.';
COMMENT ON COLUMN usage_data.system.dma_systems IS 'Number of managed DMA systems. NULL: not known. Sent as system_configuration.dma_systems: count.';

-- inventory: one row.

CREATE OR REPLACE VIEW usage_data.inventory AS
SELECT
    4::bigint AS mcus,
    3::bigint AS territories;

COMMENT ON VIEW usage_data.inventory IS 'Numbers that no other source has. One row.';
COMMENT ON COLUMN usage_data.inventory.mcus IS 'MCUs. NULL: not known. Sent as counts.mcus: count.';
COMMENT ON COLUMN usage_data.inventory.territories IS 'Territories. NULL: not known. Sent as counts.territories: count.';

-- users: one row.

CREATE OR REPLACE VIEW usage_data.users AS
SELECT
    96::bigint   AS local,
    1188::bigint AS enterprise;

COMMENT ON VIEW usage_data.users IS 'Numbers of users. One row.';
COMMENT ON COLUMN usage_data.users.local IS 'Local users. NULL: not known. Sent as counts.users_local: count.';
COMMENT ON COLUMN usage_data.users.enterprise IS 'Users of the enterprise directory that the system knows. NULL: not known. Sent as counts.users_enterprise: count.';

-- enterprise_directory: one row, read if the Platform API does not report whether a directory is integrated.

CREATE OR REPLACE VIEW usage_data.enterprise_directory AS
SELECT
    true  AS integrated,
    false AS secure_ldap;

COMMENT ON VIEW usage_data.enterprise_directory IS 'Integration with an enterprise directory. One row.';
COMMENT ON COLUMN usage_data.enterprise_directory.integrated IS 'Whether a directory is integrated. NULL: not known. Sent as feature_configuration.enterprise_directory.integrated: flag.';
COMMENT ON COLUMN usage_data.enterprise_directory.secure_ldap IS 'Whether every connection to a directory is encrypted. NULL: no directory is integrated, or not known. Sent as feature_configuration.enterprise_directory.secure_ldap: flag.';

-- conferences_hourly: one row for each hour of UTC; the service asks for one hour at a time. Keep the last 48 or more. An hour
-- in which nothing happened has a row of zeros. An hour that was not counted completely has no row: nothing is sent
-- for it.
--
-- An hour begins on the hour of UTC. In a time zone with an offset of 30 or 45 minutes, that is not the hour of the local clock.

CREATE OR REPLACE VIEW usage_data.conferences_hourly AS
SELECT hour, scheduled, ad_hoc, multipoint, point_to_point, participants, gateway, embedded_multipoint
FROM (VALUES
    ('2026-03-01 12:00:00+00'::timestamptz, 6::bigint, 11::bigint, 9::bigint, 8::bigint, 51::bigint, 1::bigint, 2::bigint),
    ('2026-03-01 13:00:00+00',              14,        23,         21,        16,        118,        3,         4),
    ('2026-03-01 14:00:00+00',              9,         12,         12,        9,         70,         0,         1)
) AS counted (hour, scheduled, ad_hoc, multipoint, point_to_point, participants, gateway, embedded_multipoint)
UNION ALL
SELECT hour, 8, 13, 11, 10, 64, 1, 3
FROM generate_series(date_trunc('hour', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '3 hours', now(), interval '1 hour') AS recent (hour);

COMMENT ON VIEW usage_data.conferences_hourly IS 'Conferences that began in an hour of UTC. A row for each of the last 48 hours or more.';
COMMENT ON COLUMN usage_data.conferences_hourly.hour IS 'Start of the hour of UTC. NULL: never. Not sent: it identifies the row.';
COMMENT ON COLUMN usage_data.conferences_hourly.scheduled IS 'Scheduled conferences. NULL: not known. Sent as feature_configuration.conference.scheduled: count.';
COMMENT ON COLUMN usage_data.conferences_hourly.ad_hoc IS 'Conferences that were not scheduled. NULL: not known. Sent as feature_configuration.conference.ad_hoc: count.';
COMMENT ON COLUMN usage_data.conferences_hourly.multipoint IS 'Conferences with more than two endpoints. NULL: not known. Sent as feature_configuration.conference.multipoint: count.';
COMMENT ON COLUMN usage_data.conferences_hourly.point_to_point IS 'Conferences with two endpoints. NULL: not known. Sent as feature_configuration.conference.point_to_point: count.';
COMMENT ON COLUMN usage_data.conferences_hourly.participants IS 'Participants of these conferences. A participant who joined twice counts twice. NULL: not known. Sent as feature_configuration.conference.participants: count.';
COMMENT ON COLUMN usage_data.conferences_hourly.gateway IS 'Conferences through a gateway. NULL: not known. Sent as feature_configuration.conference.gateway: count.';
COMMENT ON COLUMN usage_data.conferences_hourly.embedded_multipoint IS 'Conferences with more than two endpoints on an MCU within an endpoint. NULL: not known. Sent as feature_configuration.conference.embedded_multipoint: count.';

-- alert_management: one row.

CREATE OR REPLACE VIEW usage_data.alert_management AS
SELECT
    true      AS remote_alerts,
    5::bigint AS profiles,
    2::bigint AS snmp_receivers;

COMMENT ON VIEW usage_data.alert_management IS 'Alerts. One row.';
COMMENT ON COLUMN usage_data.alert_management.remote_alerts IS 'Whether alerts are sent to a recipient. NULL: not known. Sent as feature_configuration.alert_management.remote_alerts: flag.';
COMMENT ON COLUMN usage_data.alert_management.profiles IS 'Number of alert profiles. NULL: not known. Sent as feature_configuration.alert_management.profiles: count.';
COMMENT ON COLUMN usage_data.alert_management.snmp_receivers IS 'Number of systems that receive alerts by SNMP. NULL: not known. Sent as feature_configuration.alert_management.snmp_receivers: count.';

-- security_settings: one row.

CREATE OR REPLACE VIEW usage_data.security_settings AS
SELECT
    'custom'::text                    AS mode,
    true                              AS console_access,
    false                             AS ssh_access,
    true                              AS access_whitelist,
    false                             AS skip_certificate_validation,
    ARRAY['tlsv1.1', 'tlsv1.2']::text[] AS tls_versions,
    ARRAY['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_RSA_WITH_AES_128_CBC_SHA']::text[] AS management_ciphers,
    'v3'::text                        AS snmp_version,
    12::bigint                        AS password_min_length,
    interval '2160 hours'             AS password_max_age,
    10::bigint                        AS password_history;

COMMENT ON VIEW usage_data.security_settings IS 'Security settings. One row.';
COMMENT ON COLUMN usage_data.security_settings.mode IS 'Security mode. NULL: not known. Sent as security_settings.mode: enum of maximum, high, enhanced, custom.';
COMMENT ON COLUMN usage_data.security_settings.console_access IS 'Whether the console may be used. NULL: not known. Sent as security_settings.console_access: flag.';
COMMENT ON COLUMN usage_data.security_settings.ssh_access IS 'Whether SSH may be used. NULL: not known. Sent as security_settings.ssh_access: flag.';
COMMENT ON COLUMN usage_data.security_settings.access_whitelist IS 'Whether access is limited to listed addresses. NULL: not known. Sent as security_settings.access_whitelist: flag.';
COMMENT ON COLUMN usage_data.security_settings.skip_certificate_validation IS 'Whether certificates are not verified. NULL: not known. Sent as security_settings.skip_certificate_validation: flag.';
COMMENT ON COLUMN usage_data.security_settings.tls_versions IS 'Enabled versions of TLS, at most 8 words; empty: none. NULL: not known. Sent as security_settings.tls_versions: enum of tlsv1.0, tlsv1.1, tlsv1.2, tlsv1.3.';
COMMENT ON COLUMN usage_data.security_settings.management_ciphers IS 'Ciphers that are enabled for management, at most 64 words; empty: none. NULL: not known. Sent as security_settings.management_ciphers: enum of TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, TLS_DHE_RSA_WITH_AES_128_CBC_SHA256, TLS_DHE_RSA_WITH_AES_256_CBC_SHA256, TLS_DHE_RSA_WITH_AES_128_CBC_SHA, TLS_DHE_RSA_WITH_AES_256_CBC_SHA, TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_256_GCM_SHA384, TLS_RSA_WITH_AES_128_CBC_SHA256, TLS_RSA_WITH_AES_256_CBC_SHA256, TLS_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_256_CBC_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA.';
COMMENT ON COLUMN usage_data.security_settings.snmp_version IS 'Version of SNMP. NULL: not known. Sent as security_settings.snmp_version: enum of v1, v2c, v3, disabled.';
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
GRANT SELECT ON usage_data.license, usage_data.license_features, usage_data.system, usage_data.inventory, usage_data.users,
    usage_data.enterprise_directory, usage_data.conferences_hourly, usage_data.alert_management, usage_data.security_settings
    TO usage_data_reader;
