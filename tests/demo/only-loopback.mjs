/** Loaded before a process (`--import`): writes down every host beyond this machine that the process would speak to. */
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectOnlyHere(...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  note(typeof options === 'object' ? (options.host ?? 'localhost') : typeof args[1] === 'string' ? args[1] : 'localhost');
  return connect.apply(this, args);
};

const { lookup } = dns;
dns.lookup = (host, ...rest) => {
  note(host);
  return lookup(host, ...rest);
};

function note(host) {
  if (!LOOPBACK.includes(host)) appendFileSync(process.env.OUTBOUND_FILE, `${host}\n`);
}
