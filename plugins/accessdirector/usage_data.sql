-- The view contract of the RealPresence Access Director: all that the usage data service reads from the product's
-- database. The plugin's tests compare this file with the queries and with the approved list, profile.yaml.
--
-- Keep      the names of the schema, the views and the columns, the types of the columns, the comments, the grants.
-- Replace   the SELECTs. They are plausible numbers for the tests. Select from the product's own tables instead, and cast
--           columns of another type.
--
-- Rules
--   * Aggregates only. No column names, addresses or describes a user, a device, a call or another system; none may be
--     added. If a view has other columns, they are not read: each query names the columns below. Serial number and
--     the names of licensed features are sent in clear, as the customer was promised.
--   * NULL means not known, and is left out. Zero means that there are none. Never use zero for an unknown number.
--   * A view without a row is left out as a whole. Only license_features and statistics_hourly may have several rows.
--   * If a release cannot fill a view, drop the view: it is then reported as not available on this release.
--   * A view must answer within a second. It runs as its owner, which needs access to the tables. Its reader needs only the view.
--
-- Install with
--     psql -v ON_ERROR_STOP=1 -1 -d DATABASE -f usage_data.sql
-- as a role that may create schemas in the database (CREATE) and roles (CREATEROLE). The script may be run again.
--
-- The vendor's list for this product is that of another product. An access director has no Lync, dial rules, shared number
-- dialing, hunt groups, sites, MCUs or conferences. They have no column here, and are reported as not applicable.
--
-- A comment gives the meaning of a column and of NULL, and the field and kind as which it is sent. A word of an enum that is
-- not in its list is sent as "other".

CREATE SCHEMA IF NOT EXISTS usage_data;

-- Before version 3 of the profile, this view had two dates instead of the two times. PostgreSQL cannot rename a column of a
-- view that is replaced.
DROP VIEW IF EXISTS usage_data.license_features;

COMMENT ON SCHEMA usage_data IS 'The data that the usage data service reads from this product. Aggregates only.';

-- license: one row.

CREATE OR REPLACE VIEW usage_data.license AS
SELECT
    'RPAD-8L1904550B21CG'::text AS serial_number,
    100::bigint                 AS licensed_calls;

COMMENT ON VIEW usage_data.license IS 'The license of this system. One row.';
COMMENT ON COLUMN usage_data.license.serial_number IS 'Serial number of the system. NULL: not known. Sent as license_information.serial_number: serial.';
COMMENT ON COLUMN usage_data.license.licensed_calls IS 'Licensed concurrent calls. NULL: not limited or not known. Sent as license_information.licensed_calls: count.';

-- license_features: one row for each licensed feature; the first 64 are read.

CREATE OR REPLACE VIEW usage_data.license_features AS
SELECT name, counted, count, perpetual, borrow_start, borrow_end
FROM (VALUES
    ('CALLS'::text,       true,  100::bigint, false, '2026-02-01 00:00:00+00'::timestamptz, '2026-03-31 23:59:59+00'::timestamptz),
    ('ACCESS_PROXY',      false, NULL,        true,  NULL,                                  NULL),
    ('TURN',              true,  20,          true,  NULL,                                  NULL)
) AS feature (name, counted, count, perpetual, borrow_start, borrow_end);

COMMENT ON VIEW usage_data.license_features IS 'The licensed features. A row for each; the first 64 are read.';
COMMENT ON COLUMN usage_data.license_features.name IS 'Identifier of the feature, as in its license, at most 64 letters, digits, _, - and single spaces. NULL: not known. Sent as license_information.features.name: license.';
COMMENT ON COLUMN usage_data.license_features.counted IS 'Whether the feature is licensed by number. NULL: not known. Sent as license_information.features.counted: flag.';
COMMENT ON COLUMN usage_data.license_features.count IS 'Licensed number. NULL: the feature is not licensed by number, or not known. Sent as license_information.features.count: count.';
COMMENT ON COLUMN usage_data.license_features.perpetual IS 'Whether the feature never expires. NULL: not known. Sent as license_information.features.perpetual: flag.';
COMMENT ON COLUMN usage_data.license_features.borrow_start IS 'When this system began to borrow the feature from its license server. NULL: it does not borrow it, or not known. Sent as license_information.features.borrow_start: time.';
COMMENT ON COLUMN usage_data.license_features.borrow_end IS 'When this system has to borrow the feature again. The license itself may last longer. NULL: it does not borrow it, or not known. Sent as license_information.features.borrow_end: time.';

-- system_configuration: one row.

CREATE OR REPLACE VIEW usage_data.system_configuration AS
SELECT
    2::bigint         AS servers,
    1::bigint         AS clusters,
    'two_box'::text   AS deployment,
    false             AS load_balancer,
    '4.2.5.178'::text AS software_version;

COMMENT ON VIEW usage_data.system_configuration IS 'The servers of this system. One row.';
COMMENT ON COLUMN usage_data.system_configuration.servers IS 'Servers of all clusters. NULL: not known. Sent as system_configuration.servers: count.';
COMMENT ON COLUMN usage_data.system_configuration.clusters IS 'Clusters. NULL: not known. Sent as system_configuration.clusters: count.';
COMMENT ON COLUMN usage_data.system_configuration.deployment IS 'Whether one server does the work (single), or one on each side of the firewall (two_box). NULL: not known. Sent as system_configuration.deployment: enum of single, two_box.';
COMMENT ON COLUMN usage_data.system_configuration.load_balancer IS 'Whether the servers are behind a load balancer. NULL: not known. Sent as system_configuration.load_balancer: flag.';
COMMENT ON COLUMN usage_data.system_configuration.software_version IS 'Software version, digits and dots. NULL: the servers run different versions, or not known. Sent as system_configuration.software_version: version.';

-- counts: one row.

CREATE OR REPLACE VIEW usage_data.counts AS
SELECT
    418::bigint AS users,
    655::bigint AS endpoints,
    1::bigint   AS external_gatekeepers,
    3::bigint   AS sip_peers,
    0::bigint   AS sbcs;

COMMENT ON VIEW usage_data.counts IS 'Numbers of users, endpoints and systems. One row.';
COMMENT ON COLUMN usage_data.counts.users IS 'Users who have signed in from outside within the last 30 days. NULL: not known. Sent as counts.users: count.';
COMMENT ON COLUMN usage_data.counts.endpoints IS 'Endpoints that have registered or called from outside within the last 30 days. NULL: not known. Sent as counts.endpoints: count.';
COMMENT ON COLUMN usage_data.counts.external_gatekeepers IS 'Configured external gatekeepers. NULL: not known. Sent as counts.external_gatekeepers: count.';
COMMENT ON COLUMN usage_data.counts.sip_peers IS 'Configured external SIP peers. NULL: not known. Sent as counts.sip_peers: count.';
COMMENT ON COLUMN usage_data.counts.sbcs IS 'Configured external session border controllers. NULL: not known. Sent as counts.sbcs: count.';

-- statistics: one row.

CREATE OR REPLACE VIEW usage_data.statistics AS
SELECT
    207::bigint AS registrations_active,
    18::bigint  AS calls_active;

COMMENT ON VIEW usage_data.statistics IS 'Registrations and calls at this moment. One row.';
COMMENT ON COLUMN usage_data.statistics.registrations_active IS 'Endpoints registered at this moment. NULL: not known. Sent as statistics.registrations_active: count.';
COMMENT ON COLUMN usage_data.statistics.calls_active IS 'Calls at this moment. NULL: not known. Sent as statistics.calls_active: count.';

-- statistics_hourly: one row for each hour of UTC; the service asks for one hour at a time. Keep the last 48 or more. An
-- hour in which nothing happened has a row of zeros. An hour that was not counted completely has no row: nothing is
-- sent for it.
--
-- An hour begins on the hour of UTC. In a time zone with an offset of 30 or 45 minutes, that is not the hour of the local clock.

CREATE OR REPLACE VIEW usage_data.statistics_hourly AS
SELECT hour, calls_started, calls_failed, calls_peak, relay_bandwidth
FROM (VALUES
    ('2026-03-01 12:00:00+00'::timestamptz, 31::bigint, 2::bigint, 12::bigint, 11520::double precision),
    ('2026-03-01 13:00:00+00',              84,         5,         29,         35814.5),
    ('2026-03-01 14:00:00+00',              47,         0,         16,         18432)
) AS counted (hour, calls_started, calls_failed, calls_peak, relay_bandwidth)
UNION ALL
SELECT hour, 52, 3, 21, 24576
FROM generate_series(date_trunc('hour', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - interval '3 hours', now(), interval '1 hour') AS recent (hour);

COMMENT ON VIEW usage_data.statistics_hourly IS 'Calls of an hour of UTC. A row for each of the last 48 hours or more.';
COMMENT ON COLUMN usage_data.statistics_hourly.hour IS 'Start of the hour of UTC. NULL: never. Not sent: it identifies the row.';
COMMENT ON COLUMN usage_data.statistics_hourly.calls_started IS 'Calls that began within the hour. NULL: not known. Sent as statistics.calls_started: count.';
COMMENT ON COLUMN usage_data.statistics_hourly.calls_failed IS 'Calls that could not be set up within the hour. NULL: not known. Sent as statistics.calls_failed: count.';
COMMENT ON COLUMN usage_data.statistics_hourly.calls_peak IS 'Highest number of simultaneous calls within the hour. NULL: not known. Sent as statistics.calls_peak: count.';
COMMENT ON COLUMN usage_data.statistics_hourly.relay_bandwidth IS 'Highest relayed bandwidth within the hour, measured over a minute or less. NULL: not known. Sent as statistics.relay_bandwidth: measure in kilobits per second.';

-- enterprise_directory: one row.

CREATE OR REPLACE VIEW usage_data.enterprise_directory AS
SELECT
    true      AS integrated,
    4::bigint AS role_mappings;

COMMENT ON VIEW usage_data.enterprise_directory IS 'Integration with an enterprise directory. One row.';
COMMENT ON COLUMN usage_data.enterprise_directory.integrated IS 'Whether a directory is integrated. NULL: not known. Sent as feature_configuration.enterprise_directory.integrated: flag.';
COMMENT ON COLUMN usage_data.enterprise_directory.role_mappings IS 'Number of directory groups that have a role. NULL: not known. Sent as feature_configuration.enterprise_directory.role_mappings: count.';

-- registration_policy: one row.

CREATE OR REPLACE VIEW usage_data.registration_policy AS
SELECT
    true                  AS acl,
    23::bigint            AS acl_rules,
    'authenticated'::text AS sip_registration,
    false                 AS h323_guest;

COMMENT ON VIEW usage_data.registration_policy IS 'Rules for endpoints that register or call from outside. One row.';
COMMENT ON COLUMN usage_data.registration_policy.acl IS 'Whether access control lists are in use. NULL: not known. Sent as feature_configuration.registration_policy.acl: flag.';
COMMENT ON COLUMN usage_data.registration_policy.acl_rules IS 'Number of rules in all access control lists. NULL: not known. Sent as feature_configuration.registration_policy.acl_rules: count.';
COMMENT ON COLUMN usage_data.registration_policy.sip_registration IS 'Whether SIP endpoints may register from outside. NULL: not known. Sent as feature_configuration.registration_policy.sip_registration: enum of disabled, authenticated, open.';
COMMENT ON COLUMN usage_data.registration_policy.h323_guest IS 'Whether H.323 guests may call in. NULL: not known. Sent as feature_configuration.registration_policy.h323_guest: flag.';

-- device_authentication: one row.

CREATE OR REPLACE VIEW usage_data.device_authentication AS
SELECT
    true AS sip;

COMMENT ON VIEW usage_data.device_authentication IS 'Whether devices have to log in. One row.';
COMMENT ON COLUMN usage_data.device_authentication.sip IS 'Whether SIP devices have to log in. NULL: not known. Sent as feature_configuration.device_authentication.sip: flag.';

-- access_proxy: one row.

CREATE OR REPLACE VIEW usage_data.access_proxy AS
SELECT
    3::bigint AS https,
    1::bigint AS ldap,
    1::bigint AS xmpp,
    2::bigint AS tunnel,
    true      AS turn,
    true      AS provisioning_managed;

COMMENT ON VIEW usage_data.access_proxy IS 'Services that are passed on to systems inside the network. One row.';
COMMENT ON COLUMN usage_data.access_proxy.https IS 'Proxies for HTTPS. NULL: not known. Sent as feature_configuration.access_proxy.https: count.';
COMMENT ON COLUMN usage_data.access_proxy.ldap IS 'Proxies for LDAP. NULL: not known. Sent as feature_configuration.access_proxy.ldap: count.';
COMMENT ON COLUMN usage_data.access_proxy.xmpp IS 'Proxies for XMPP. NULL: not known. Sent as feature_configuration.access_proxy.xmpp: count.';
COMMENT ON COLUMN usage_data.access_proxy.tunnel IS 'Proxies for HTTP tunnels. NULL: not known. Sent as feature_configuration.access_proxy.tunnel: count.';
COMMENT ON COLUMN usage_data.access_proxy.turn IS 'Whether the TURN server is enabled. NULL: not known. Sent as feature_configuration.access_proxy.turn: flag.';
COMMENT ON COLUMN usage_data.access_proxy.provisioning_managed IS 'Whether another system provisions this one. NULL: not known. Sent as feature_configuration.access_proxy.provisioning_managed: flag.';

-- security_settings: one row.

CREATE OR REPLACE VIEW usage_data.security_settings AS
SELECT
    'custom'::text  AS mode,
    true            AS ssh_access,
    'tlsv1.1'::text AS tls_min_version,
    false           AS mutual_tls,
    true            AS secure_ldap;

COMMENT ON VIEW usage_data.security_settings IS 'Security settings. One row.';
COMMENT ON COLUMN usage_data.security_settings.mode IS 'Security mode. NULL: not known. Sent as security_settings.mode: enum of maximum, high, enhanced, custom.';
COMMENT ON COLUMN usage_data.security_settings.ssh_access IS 'Whether SSH may be used. NULL: not known. Sent as security_settings.ssh_access: flag.';
COMMENT ON COLUMN usage_data.security_settings.tls_min_version IS 'Oldest version of TLS that is accepted. NULL: not known. Sent as security_settings.tls_min_version: enum of tlsv1.0, tlsv1.1, tlsv1.2, tlsv1.3.';
COMMENT ON COLUMN usage_data.security_settings.mutual_tls IS 'Whether devices have to show a certificate. NULL: not known. Sent as security_settings.mutual_tls: flag.';
COMMENT ON COLUMN usage_data.security_settings.secure_ldap IS 'Whether every connection to a directory is encrypted. NULL: no directory is integrated, or not known. Sent as security_settings.secure_ldap: flag.';

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
GRANT SELECT ON usage_data.license, usage_data.license_features, usage_data.system_configuration, usage_data.counts,
    usage_data.statistics, usage_data.statistics_hourly, usage_data.enterprise_directory, usage_data.registration_policy,
    usage_data.device_authentication, usage_data.access_proxy, usage_data.security_settings TO usage_data_reader;
