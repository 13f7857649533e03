/** The files that `init` writes: what was answered, with a comment on each setting. Pure. */
import { isIP } from 'node:net';

export interface Answers {
  readonly hostname: string;
  readonly address: string;
  readonly port: number;
  /** Address or range that may send. */
  readonly network: string;
  /** Pattern of addresses that may be sent from. */
  readonly sender: string;
  /** `host:port`. */
  readonly nextHop: string;
}

export function nodeFile({ hostname, address, port }: Answers): string {
  return `# relay365: what this machine does. Relative paths are relative to this file.
# "relay365 check-config --config relay365.yaml" checks it together with the policy.

# Name in banner, EHLO and Received; the name under which devices reach this machine.
hostname: ${quote(hostname)}

# Mail on its way, the generated certificate, the token of the admin API.
data: ./data

listeners:
  - name: devices
    # 127.0.0.1 is this machine alone; 0.0.0.0 is every IPv4 network it is in.
    address: ${quote(address)}
    port: ${port}
    # off | starttls | implicit
    tls: starttls
    # Devices that cannot do better may need "1.0"; give them a listener of their own.
    minimumTls: "1.2"

# Admin API, health and metrics. Commands such as "relay365 status" use it.
console:
  address: 127.0.0.1
  port: 8365

# Who may send, and how mail leaves. Read again whenever it changes.
policy: ./policy.yaml

# A certificate of your own instead of the generated one:
# tls:
#   certificate: ./tls/fullchain.pem
#   key: ./tls/key.pem
`;
}

export function policyFile({ network, sender, nextHop }: Answers): string {
  return `# relay365: who may send, and how mail leaves. Nobody else may send.
# A change is used as soon as it is saved; one with faults is refused, and the policy before stays.

sources:
  - name: first-source
    # Addresses or ranges that identify this source. Each may have an end and a note:
    # - { range: 10.20.4.0/28, expires: 2027-06-30, note: "scanners, lease ends in June" }
    networks:
      - ${quote(network)}
    # Addresses it may send from: user@domain, *@domain, *@*.domain
    senders:
      - ${quote(sender)}
    # A login instead of, or beside, the address; "relay365 source password" makes the hash:
    # login: { username: scanner, password: "$scrypt$..." }
    # Who hears of mail that could not be delivered:
    # owner: it@example.com

connectors:
  - name: next-hop
    addressSpaces:
      - { pattern: "*", cost: 10 }
    route:
      type: smart-host
      hosts:
        - ${quote(nextHop)}
${tlsLines(nextHop)}`;
}

/** A next hop on this machine has no name that a certificate could vouch for. */
function tlsLines(nextHop: string): string {
  const host = nextHop.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
  const local = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  return local
    ? `    # The next hop is on this machine, so TLS is used where offered and not verified.
    # Anything that crosses a network should be "required".
    tls: opportunistic
`
    : `    # required: verified TLS or no delivery | opportunistic | off
    tls: required
`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
