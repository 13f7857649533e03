/** The configuration that the quickstart writes: short, commented, and a start for one's own. */

/** First line of both files: the quickstart overwrites only what it wrote itself. */
export const mark = '# Made by `relay365 quickstart`, which writes it anew at each start.';

export interface DocumentFacts {
  readonly port: number;
  readonly consolePort: number;
  readonly mxHost: string;
  readonly mxPort: number;
  readonly mxName: string;
  /** Relative to the files. */
  readonly caFile: string;
  /** Of the user `erp`. */
  readonly passwordHash: string;
}

export function relayDocument({ port, consolePort }: DocumentFacts): string {
  return `${mark}
hostname: relay.contoso.com
data: ./data
listeners:
  - name: devices
    address: 127.0.0.1
    port: ${port}                 # 0: the system chooses
    tls: starttls
console: { address: 127.0.0.1, port: ${consolePort} }
policy: ./policy.yaml
`;
}

export function policyDocument(facts: DocumentFacts): string {
  return `${mark}
tenant:
  domain: contoso.com
  acceptedDomains: [contoso.com]

# Who may send; nobody else may.
sources:
  - name: office-devices           # known by address; a repair is made only where something is missing
    networks: [127.0.0.1]
    senders: ["*@contoso.com"]
    repair: [missing-date, missing-message-id]
  - name: erp                      # known by login, over TLS only
    login: { username: erp, password: ${JSON.stringify(facts.passwordHash)} }
    requireTls: true
    senders: ["erp@contoso.com"]

# How mail leaves: to the stand-in for Microsoft 365, over verified TLS.
connectors:
  - name: microsoft-365
    route: { type: smart-host, hosts: ["${facts.mxHost}:${facts.mxPort}"] }
    tls: required
    ca: ${facts.caFile}
    serverName: ${facts.mxName}
    retry: { initial: 2s, maximum: 30s, expireAfter: 1h, delayNoticeAfter: 10m }
`;
}
