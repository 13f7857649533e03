/** Faults on the way to a next hop, and in the SMTP conversation with it. */
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { quietPort } from '../../harness/quiet-port.ts';
import type { Fault } from './world.ts';
import { examine, given, hasty, hop, own, refusing, talk, to, zone } from './world.ts';

/**
 * A port that answers to nothing, as behind a firewall that drops: its thread sleeps and takes no connection, and once its
 * queue is full, the kernel drops what comes.
 */
async function filteredPort(): Promise<number> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(code, { eval: true });
  own(() => worker.terminate());
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  own(() => {
    for (const filler of fillers) filler.destroy();
    return Promise.resolve();
  });
  await Promise.race(fillers.map((filler) => new Promise((resolve) => filler.once('connect', resolve))));
  return port;
}

const off = { tls: 'off' };

export const wayFaults: readonly Fault[] = [
  {
    fault: 'nothing listens on the port',
    told: async () => talk(to(await quietPort())),
    id: 'tester connect connection-refused',
    cause: 'refuses the connection: nothing listens there',
    mend: 'Check the port: 25 between servers, 587 with a login, 465 with TLS',
  },
  {
    fault: 'nothing listens on the port, asked of the doctor',
    told: async () => examine(to(await quietPort())),
    id: 'doctor next-hop:out',
    cause: 'refuses the connection: nothing listens there',
    mend: 'Check the port',
  },
  {
    fault: 'the port is filtered and answers to nothing',
    told: async () => talk(to(await filteredPort(), hasty)),
    id: 'tester connect connect-timeout',
    cause: 'does not answer within 2 s',
    mend: 'A firewall drops port',
  },
  {
    fault: 'the port is filtered, asked of the doctor, which ends in time',
    told: async () => examine(to(await filteredPort(), hasty)),
    id: 'doctor next-hop:out',
    cause: 'does not answer within 2 s',
    mend: 'allow it outbound from this machine to this host',
  },
  {
    fault: 'the host name does not exist',
    told: () =>
      talk(
        zone(
          {},
          { connectors: [{ name: 'out', route: { type: 'smart-host', hosts: ['mail.nowhere.example'] } }] },
        ),
      ),
    id: 'tester resolve host-not-found',
    cause: 'mail.nowhere.example does not exist',
    mend: 'name',
  },
  {
    fault: 'name servers fail',
    told: () => examine(zone({ 'contoso.com': { broken: true } })),
    id: 'doctor resolver',
    cause: 'no name server answered',
    mend: '/etc/resolv.conf',
  },
  {
    fault: 'a port with TLS from the first octet is spoken to in clear',
    told: async () => {
      const identity = await given().authority.issue({ names: ['mail.example.net'] });
      return talk(to(await hop({ implicitTls: true, identity }), hasty));
    },
    id: 'tester greeting reply-timeout',
    cause: 'gave no answer within 2 s before its greeting',
    mend: '`implicitTls: true`',
  },
  {
    fault: 'implicit TLS towards a port with STARTTLS',
    told: async () => talk(to(await hop(), { implicitTls: true })),
    id: 'tester tls tls-not-spoken',
    cause: 'does not speak TLS here',
    mend: 'Take `implicitTls` out for ports 25 and 587',
  },
  {
    fault: 'no STARTTLS where TLS is required',
    told: async () => talk(to(await hop())),
    id: 'tester starttls tls-not-offered',
    cause: 'does not offer STARTTLS',
    mend: 'A firewall that inspects SMTP',
  },
  {
    fault: 'a connector that goes on in clear',
    told: async () => talk(to(await hop(), { tls: 'opportunistic' })),
    id: 'tester starttls tls-not-offered',
    cause: 'what follows goes in clear',
    mend: 'A firewall that inspects SMTP',
  },
  {
    fault: 'what listens is no SMTP server',
    told: async () =>
      talk(
        to(await hop({ on: ({ verb }) => (verb === 'connect' ? 'HTTP/1.1 400 Bad Request' : undefined) })),
      ),
    id: 'tester greeting protocol-error',
    cause: 'does not speak SMTP',
    mend: 'check host and port',
  },
  {
    fault: 'the server turns the address away in its greeting',
    told: () => refusing('connect', '554 5.7.1 You are not allowed to connect'),
    id: 'tester greeting greeting-refused',
    cause: 'refuses this relay in its greeting',
    mend: 'ask its operator to allow it',
  },
  {
    fault: 'the server hangs up after the connection',
    told: () => refusing('connect', 'drop'),
    id: 'tester greeting connection-lost',
    cause: 'closed the connection',
    mend: 'look for a limit or block by address',
  },
  {
    fault: 'the EHLO name is not liked',
    told: () => refusing('EHLO', '450 4.7.1 Helo command rejected: Host not found'),
    id: 'tester ehlo hello-refused',
    cause: 'refuses the EHLO name of this relay',
    mend: 'Set `hostname`, or `heloName`',
  },
  {
    fault: 'greylisting',
    told: () => refusing('RCPT', '451 4.7.1 Greylisted, please try again later'),
    id: 'tester rcpt greylisted',
    cause: 'greylisting, RFC 6647',
    mend: 'mail waits and is tried again',
  },
  {
    fault: 'a wrong password at a smart host',
    told: async () => {
      const identity = await given().authority.issue({ names: ['mail.example.net'] });
      const port = await hop({
        offers: starttlsWithLogin,
        identity,
        on: ({ verb }) => (verb === 'AUTH' ? '535 5.7.8 Error: authentication failed' : undefined),
      });
      const login = { username: 'relay', password: 'test-value' };
      const patient = to(port, { route: { type: 'smart-host', hosts: [`127.0.0.1:${port}`], login } });
      return talk({ ...patient, secrets: { ...patient.secrets, password: 'test-value' } });
    },
    id: 'tester auth login-refused',
    cause: 'refuses the login; check username and password',
    mend: 'Check `login` of the connector',
  },
  {
    fault: 'a login where the server offers none',
    told: async () => {
      const identity = await given().authority.issue({ names: ['mail.example.net'] });
      const port = await hop({ offers: ['STARTTLS'], identity });
      const login = { username: 'relay', password: 'test-value' };
      const patient = to(port, { route: { type: 'smart-host', hosts: [`127.0.0.1:${port}`], login } });
      return talk({ ...patient, secrets: { ...patient.secrets, password: 'test-value' } });
    },
    id: 'tester auth login-not-offered',
    cause: 'offers no login, and this connector knows PLAIN and LOGIN',
    mend: '587 for logins',
  },
  {
    fault: 'the smart host wants a login that the connector does not have',
    told: () => refusing('MAIL', '530 5.7.0 Authentication required', off),
    id: 'tester mail authentication-required',
    cause: 'asks for a login',
    mend: 'Give the connector a `login`',
  },
  {
    fault: 'the smart host does not relay for this address',
    told: () => refusing('RCPT', '554 5.7.1 <ann@fabrikam.com>: Relay access denied', off),
    id: 'tester rcpt relay-denied',
    cause: 'does not let this relay send to others through it',
    mend: 'Postfix: `mynetworks`',
  },
  {
    fault: 'the smart host does not allow the sender',
    told: () => refusing('MAIL', '553 5.7.1 Sender address rejected: not owned by user', off),
    id: 'tester mail sender-not-authorised',
    cause: 'does not allow this sender',
    mend: '`rewrite.sender`',
  },
  {
    fault: 'the message is too large for the smart host',
    told: () => refusing('content', '552 5.3.4 Message size exceeds fixed limit', off),
    id: 'tester content message-too-large',
    cause: 'finds the message too large',
    mend: 'raise the limit there',
  },
];

const starttlsWithLogin = ['STARTTLS', 'AUTH PLAIN LOGIN'];
