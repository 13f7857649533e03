/** What the person at the device types in: from the source and from the listeners that it may use. */
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { SetUpCard } from '../../../contract/schemas.ts';
import type { ListenerConfig } from '../../config/node-schema.ts';
import type { Source } from '../../policy/policy.ts';
import type { AdminContext } from '../context.ts';
import { present } from '../views.ts';

type Server = SetUpCard['servers'][number];

export function setUpCard(source: Source, context: AdminContext): SetUpCard {
  const { config } = source;
  const servers = context.node.listeners.flatMap((listener) => {
    if (config.listeners && !config.listeners.includes(listener.name)) return [];
    const bound = context.listeners().find(({ name }) => name === listener.name);
    return [serverOf(listener, bound?.port ?? listener.port, source, context.hostname)];
  });
  const best = servers.find((server) => isUsable(server, source)) ?? servers[0];
  const shown = servers.map((server) => ({ ...server, recommended: server === best }));
  const login = loginOf(source);
  const sender = senderOf(source);
  const device = [config.model, config.location].filter(Boolean).join(', ');
  return {
    source: source.name,
    ...present({ device: device === '' ? undefined : device, login, sender }),
    servers: shown,
    recipients: config.recipients,
    steps: best ? stepsFor(best, source, login, sender) : [],
    warnings: warningsFor(best, source),
  };
}

function serverOf(listener: ListenerConfig, port: number, source: Source, hostname: string): Server {
  const addresses = reachableAddresses(listener.address);
  const isLocal = addresses.every((address) => address === '::1' || address.startsWith('127.'));
  const cannot =
    source.config.requireTls && listener.tls === 'off'
      ? 'This listener offers no TLS, and the source must use it.'
      : undefined;
  const local = isLocal ? 'Only programs on the same machine reach it.' : undefined;
  const note = cannot ?? local;
  return {
    listener: listener.name,
    host: hostname,
    addresses,
    port,
    tls: listener.tls,
    minimumTls: listener.minimumTls,
    recommended: false,
    ...(note !== undefined && { note }),
  };
}

/** A listener on all addresses is reached at each of this machine. */
function reachableAddresses(address: string): string[] {
  if (address !== '0.0.0.0' && address !== '::') return [address];
  const family = address === '::' ? undefined : 'IPv4';
  return (
    Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => !one.internal && (family === undefined || one.family === family))
      // Link-local addresses mean something on one wire only.
      .filter((one) => !one.address.startsWith('fe80:'))
      .map((one) => one.address)
  );
}

function isUsable(server: Server, { config }: Source): boolean {
  return server.tls !== 'off' || !(config.requireTls || config.login);
}

function loginOf({ config }: Source): SetUpCard['login'] {
  if (!config.login) return undefined;
  const needed = config.require?.includes('login') ?? (config.networks.length === 0 && !config.certificate);
  return { username: config.login.username, needed };
}

/** A device has one sender; a pattern is shown as what to choose from. */
function senderOf({ config }: Source): SetUpCard['sender'] {
  const exact = config.senders.find((pattern) => !pattern.includes('*'));
  const pattern = config.senders.find((one) => one.startsWith('*@') && !one.startsWith('*@*.'));
  const address = exact ?? (pattern ? `${config.name.toLowerCase()}${pattern.slice(1)}` : undefined);
  return address === undefined ? undefined : { address, choices: config.senders };
}

const tlsWords: Readonly<Record<string, string>> = {
  off: 'Switch encryption (TLS, SSL) off: this listener has none.',
  starttls:
    'Switch encryption on and choose STARTTLS (some devices call it "TLS" or "explicit TLS"), not "SSL".',
  implicit: 'Switch encryption on and choose SSL/TLS from the start (also called "implicit TLS" or "SMTPS").',
};

function stepsFor(
  server: Server,
  { config }: Source,
  login: SetUpCard['login'],
  sender: SetUpCard['sender'],
): string[] {
  const address = server.addresses[0];
  const other =
    address !== undefined && isIP(server.host) === 0
      ? ` If the device cannot look up names, type ${address}.`
      : '';
  return [
    `As SMTP server (also "mail server" or "outgoing server") type ${server.host}.${other}`,
    `As port type ${server.port}.`,
    tlsWords[server.tls] ?? '',
    ...(server.tls === 'off' ? [] : [`The device must speak TLS ${server.minimumTls} or newer.`]),
    ...loginSteps(login),
    ...(config.certificate
      ? ['Install the client certificate of this device; the administrator has it.']
      : []),
    ...(sender ? [`As sender (also "from" or "e-mail address of the device") type ${sender.address}.`] : []),
    config.recipients.includes('*')
      ? 'Send a test message to your own address.'
      : `Send a test message; recipients must fit ${config.recipients.slice(0, 5).join(', ')}.`,
  ].filter((step) => step !== '');
}

function loginSteps(login: SetUpCard['login']): string[] {
  if (!login) return ['Switch authentication (login) off: the relay knows this device by its address.'];
  return [
    `${login.needed ? 'Switch authentication (SMTP AUTH) on' : 'Authentication may be switched on'}; as user name type ${login.username}.`,
    'As password type the one that was shown when it was made; who does not have it makes a new one in the console.',
  ];
}

function warningsFor(server: Server | undefined, { config }: Source): string[] {
  return [
    ...(server ? [] : ['No listener is open to this source.']),
    ...(server?.note === undefined ? [] : [server.note]),
    ...(server && server.addresses.length === 0
      ? ['This machine has no address that a device could reach.']
      : []),
    ...(server?.tls === 'off' && config.login
      ? ['Without TLS the password crosses the network in clear.']
      : []),
    ...(config.senders.length === 0 ? ['This source has no sender address, so it may send nothing.'] : []),
  ];
}
