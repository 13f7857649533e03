/** The configuration that the quickstart writes: short, commented, and a start for one's own. */

/** First line of both files: the quickstart overwrites only what it wrote itself. */
export const mark = '# Made by `relay365 quickstart`, which writes it anew at each start.';

interface Place {
  readonly host: string;
  readonly port: number;
  /** Name in its certificate. */
  readonly name: string;
}

export interface DocumentFacts {
  readonly port: number;
  readonly consolePort: number;
  readonly mx: Place;
  readonly submission: Place & { readonly mailbox: string };
  readonly identity: { readonly url: string; readonly tenantId: string; readonly clientId: string };
  readonly graph: { readonly url: string };
  /** Relative to the files. */
  readonly files: {
    readonly ca: string;
    readonly clientSecret: string;
    readonly certificate: string;
    readonly key: string;
  };
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

# How mail leaves: by four routes into the stand-in for Microsoft 365, over verified TLS. Tenant, application, secret and
# certificate are test values of the stand-in; those of a real tenant take their places, and ca, port, serverName,
# authority and endpoint are left out. The most specific address space wins.
connectors:
  - name: microsoft-365            # the tenant's MX host, which knows the relay by its address
    route: { type: exchange-online, host: ${facts.mx.host}, port: ${facts.mx.port} }
    serverName: ${facts.mx.name}
    ca: ${facts.files.ca}
    retry: { initial: 2s, maximum: 30s, expireAfter: 1h, delayNoticeAfter: 10m }
  - name: by-certificate           # the same host, which knows the relay by its certificate
    addressSpaces: [{ pattern: wingtip.example }]
    route:
      type: exchange-online
      host: ${facts.mx.host}
      port: ${facts.mx.port}
      certificate: ${facts.files.certificate}
      key: ${facts.files.key}
    serverName: ${facts.mx.name}
    ca: ${facts.files.ca}
  - name: mailbox                  # SMTP submission as a mailbox, with an access token
    addressSpaces: [{ pattern: litware.example }]
    route:
      type: smtp-submission
      host: ${facts.submission.host}
      port: ${facts.submission.port}
      mailbox: ${facts.submission.mailbox}
${credential(facts)}
    serverName: ${facts.submission.name}
    ca: ${facts.files.ca}
  - name: graph                    # Graph sendMail as the same mailbox
    addressSpaces: [{ pattern: tailspin.example }]
    route:
      type: graph
      endpoint: ${facts.graph.url}
      mailbox: ${facts.submission.mailbox}
${credential(facts)}
    ca: ${facts.files.ca}
    fallback: microsoft-365        # for what does not fit Graph
`;
}

function credential({ identity, files }: DocumentFacts): string {
  return `      credential:
        type: oauth
        tenantId: ${identity.tenantId}
        clientId: ${identity.clientId}
        secret: { file: ${files.clientSecret} }     # a test value
        authority: ${identity.url}`;
}
