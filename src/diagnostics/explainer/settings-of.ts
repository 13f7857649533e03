/** Which settings of ours a reply of Microsoft 365 depends on, by the family of its id. Pure. */

const families: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(?:attribution-|partner-connector|direct-send|temp-attr|wrong-region)/,
    ['connectors[].route.host', 'connectors[].route.certificate', 'connectors[].route.key'],
  ],
  [
    /^(?:unauthenticated-no-mailbox|unregistered-domain)/,
    ['sources[].senders', 'sources[].rewrite', 'tenant.acceptedDomains'],
  ],
  [
    /^(?:sendas|graph-sendas|continuous-error)/,
    ['connectors[].route.mailbox', 'sources[].senders', 'sources[].rewrite'],
  ],
  [
    /^(?:auth-|smtpauth-|basic-|not-authenticated|hve-|aad-|graph-invalid-token|graph-access-denied)/,
    ['connectors[].route.credential'],
  ],
  [/^(?:hve-|graph-invalid-user|graph-mailbox)/, ['connectors[].route.mailbox']],
  [
    /^(?:concurren|too-many-connections|forest-connections|graph-mailbox-concurrency)/,
    ['connectors[].limits.connections', 'connectors[].limits.messagesPerConnection'],
  ],
  [
    /^(?:ip-rate|rate-limited|submission-quota|daily-recipients|tenant-threshold|terrl|store-quota|moera|pair-hourly|recipient-hourly|sender-thread|graph-429|graph-quota|graph-exceeded)/,
    ['connectors[].limits.messagesPerMinute'],
  ],
  [
    /^(?:message-too-large|graph-size|graph-too-large|recipient-size)/,
    ['listeners[].limits.messageBytes', 'sources[].limits.messageBytes', 'connectors[].route.largeMessages'],
  ],
  [/^(?:header-size|header-too-long)/, ['listeners[].limits.headerBytes']],
  [/^too-many-rcpt/, ['sources[].limits.recipientsPerMessage']],
  [/^(?:starttls-required|tls-)/, ['connectors[].tls']],
  [/^(?:ehlo-name|bad-helo|spamhaus-helo)/, ['hostname']],
  [/^(?:bare-lf)/, ['sources[].repair']],
  [/^(?:no-from|multiple-from)/, ['sources[].repair', 'sources[].rewrite.from']],
  [/^ipv6-/, ['connectors[].ipVersion']],
];

export function settingsOf(id: string): readonly string[] {
  return [...new Set(families.flatMap(([pattern, settings]) => (pattern.test(id) ? settings : [])))];
}
