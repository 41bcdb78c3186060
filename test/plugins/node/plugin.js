// A plugin in Node, FOR TESTS ONLY: core/wire/README.md with Node's own modules. build.sh makes it a program.
const crypto = require('node:crypto'), fs = require('node:fs'), http2 = require('node:http2'), {env} = process;
// The product: for each field its kind, or those of its parts, and a function that reads it below a root.
const PRODUCT = {
  license_information: {
    serial_number: ['serial', async (root) => found(/^([A-Z0-9][A-Z0-9-]{3,31})$/, (await state(root)).serial)],
    seats: ['count', async (root) => count((await state(root)).seats)],
  },
  system: {
    version: ['version', async (root) => found(/^VERSION_ID="?([\d.]{1,15})"?$/m, await text(root, '/etc/os-release'))],
    host: ['hostname', async (root) => found(/^\s*([A-Za-z0-9.-]{1,253})\s*$/, await text(root, '/etc/hostname'))],
  },
  counts: {
    users: ['count', async (root) => users((await state(root)).users)],
    rooms: [{name: ['device'], enabled: ['flag']}, async (root) => (await state(root)).rooms.slice(0, 16).map(room)],
  },
};
const found = (pattern, text) => typeof text === 'string' && pattern.exec(text)?.[1] || malformed();
const count = (n) => Number.isSafeInteger(n) && n >= 0 ? n : malformed();
const flag = (value) => typeof value === 'boolean' ? value : malformed();
function malformed() { throw new TypeError(); }
const users = ({local, enterprise}) => ({local: count(local), enterprise: count(enterprise)});
const room = ({name, enabled}) => ({name: found(/^(\P{C}{1,200})$/u, name), enabled: flag(enabled)});
const state = async (root) => JSON.parse(await text(root, '/opt/example/state.json'));
async function text(root, path) { // at most 1 MiB, and without waiting for a pipe in place of the file
  const parts = [], file = await fs.promises.open(root + path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  for await (const part of file.createReadStream({end: (1 << 20) - 1})) parts.push(part);
  return new TextDecoder('utf-8', {fatal: true}).decode(Buffer.concat(parts));
}
const REASONS = {late: 'timed_out', ENOENT: 'source_not_found', EACCES: 'not_permitted'};
async function category(name, {root, limit}) { // the values that could be read, and reasons for the others
  const late = new Promise((_, reject) => setTimeout(reject, limit, {code: 'late'}).unref()), values = {}, missing = [];
  for (const [field, [, read]] of Object.entries(PRODUCT[name])) {
    const failed = (e) => missing.push([field, REASONS[e.code] ?? (e.errno ? 'source_failed' : 'malformed_answer')]);
    await Promise.race([read(root), late]).then((value) => { values[field] = value; }, failed);
  }
  if (missing.length > 0) console.error(JSON.stringify({'@level': 'warn', '@message': 'incomplete', category: name}));
  if (Object.keys(values).length === 0) return [field(1, name), field(3, [field(1, missing[0][1])])];
  return [field(1, name), field(2, fields(values)), ...missing.map((m) => field(5, [field(1, m[0]), field(2, m[1])]))];
}
// Protocol buffers: field(n, number or flag), field(n, text or bytes), field(n, [the fields of a message]).
const varint = (n) => n < 128 ? [Number(n)] : [Number(BigInt(n) & 127n) | 128, ...varint(BigInt(n) >> 7n)];
function field(number, value) {
  if (['number', 'boolean'].includes(typeof value)) return Buffer.from([...varint(number << 3), ...varint(value)]);
  const body = Array.isArray(value) ? Buffer.concat(value) : Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint(number << 3 | 2), ...varint(body.length)]), body]);
}
const fields = (record) => Object.entries(record).map(([name, v]) => field(1, [field(1, name), field(2, [value(v)])]));
const value = (v) => Array.isArray(v) ? field(6, v.map((one) => field(1, [value(one)])))
  : typeof v === 'object' ? field(5, fields(v)) : field({boolean: 1, number: 2, string: 4}[typeof v], v);
const kinds = (number, all) => Object.entries(all).map(([name, [kind]]) =>
  field(number, [field(1, name), ...(typeof kind === 'string' ? [field(2, kind)] : kinds(3, kind))]));
function decoded(bytes, at = 0, found = {}) { // the fields of a request, by number
  const number = (unit = 1) => bytes[at] < 128 ? bytes[at++] * unit : (bytes[at++] - 128) * unit + number(unit * 128);
  while (at < bytes.length) {
    const key = number(), type = key & 7, n = {1: 8, 5: 4}[type] ?? number();
    found[key >> 3] = type === 0 ? n : bytes.subarray(at, at += n);
  }
  return found;
}
// A certificate for this one start, with the parts that RFC 5280 explains.
function der(tag, ...parts) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part, 'hex'))), n = body.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
function selfSigned() {
  const {privateKey, publicKey} = crypto.generateKeyPairSync('ec', {namedCurve: 'P-256'}), ascii = Buffer.from;
  const ecdsaWithSHA256 = der(0x30, '06082a8648ce3d040302'), localhost = ascii('localhost');
  const name = der(0x30, der(0x31, der(0x30, '0603550403', der(0x0c, localhost))));
  const always = der(0x30, der(0x18, ascii('20000101000000Z')), der(0x18, ascii('99991231235959Z')));
  const alternativeName = der(0xa3, der(0x30, der(0x30, '0603551d11', der(0x04, der(0x30, der(0x82, localhost))))));
  const body = der(0x30, 'a003020102', '020101', ecdsaWithSHA256, name, always, name,
    publicKey.export({type: 'spki', format: 'der'}), alternativeName);
  const whole = der(0x30, body, ecdsaWithSHA256, der(0x03, '00', crypto.sign('sha256', body, privateKey)));
  return {certificate: whole.toString('base64'), key: privateKey.export({type: 'pkcs8', format: 'pem'})};
}
// The server: each call yields messages, or throws a status of gRPC.
let from, busy = false;
const CALLS = {
  async *'/usagedata.plugin.v1.Plugin/Describe'(request) {
    from = {root: String(request[1]).replace(/\/$/, ''), limit: request[3] || 10000};
    const categories = Object.entries(PRODUCT).map(([name, all]) => field(4, [field(1, name), ...kinds(2, all)]));
    yield [field(1, 'node'), field(2, '1.0.0'), field(3, 1), ...categories];
  },
  async *'/usagedata.plugin.v1.Plugin/Collect'() {
    if (!from || busy) throw from ? 8 : 9; // RESOURCE_EXHAUSTED, FAILED_PRECONDITION
    busy = true;
    const all = Object.keys(PRODUCT).map((name) => category(name, from)); // all at the same time
    for (const one of all) yield [field(1, await one)];
    yield [field(2, [field(1, all.length)])];
    busy = false;
  },
  async *'/grpc.health.v1.Health/Check'() { yield [field(1, 1)]; },
  async *'/plugin.GRPCController/Shutdown'(_, stream) { stream.on('close', end); yield []; },
};
async function answer(stream, path) {
  const request = Buffer.concat(await stream.toArray()).subarray(5);
  let status = CALLS[path] ? 0 : 12; // UNIMPLEMENTED
  stream.respond({':status': 200, 'content-type': 'application/grpc'}, {waitForTrailers: true});
  stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': status}));
  try {
    for await (const message of CALLS[path]?.(decoded(request), stream) ?? []) {
      const bytes = Buffer.concat([Buffer.alloc(5), ...message]);
      bytes.writeUInt32BE(bytes.length - 5, 1);
      stream.write(bytes);
    }
  } catch (e) { status = Number.isInteger(e) ? e : 13; } // INTERNAL
  stream.end();
}
function end() { server.close(); process.exit(0); } // close removes the socket
if (env.USAGEDATA_PLUGIN !== 'started-by-usagedata') { console.error('usagedata starts this plugin'); process.exit(1); }
const {certificate, key} = selfSigned(), socket = env.PLUGIN_UNIX_SOCKET_DIR + '/plugin';
const cert = `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
const server = http2.createSecureServer({cert, key, ca: env.PLUGIN_CLIENT_CERT, requestCert: true});
server.on('stream', (stream, headers) => answer(stream.on('error', () => {}), headers[':path']).catch(() => {}));
server.listen(socket, () => console.log(`1|1|unix|${socket}|grpc|${certificate.replace(/=+$/, '')}`));
process.on('SIGTERM', end);
if (env.USAGEDATA_LIFELINE === 'stdin') process.stdin.on('end', end).resume();
