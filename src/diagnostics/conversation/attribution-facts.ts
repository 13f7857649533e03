/**
 * What Exchange Online had to go by when it could not tie a message to the tenant: sender domain, address, certificate. Its
 * reply names none of them. "Configure a connector to route mail from your email server", Microsoft Learn. Pure.
 */
export interface AttributionFacts {
  /** Lower case; empty: the policy names none. */
  readonly acceptedDomains: readonly string[];
  /** The connector presents a client certificate. */
  readonly hasCertificate: boolean;
  /** `null`: the null sender; `undefined`: MAIL was not said. */
  readonly senderDomain: string | null | undefined;
  /** That the host greeted us by; absent: it did not say. */
  readonly address: string | undefined;
}

export interface AttributionWords {
  readonly cause: string;
  readonly advice: string;
}

/** The likeliest reason first; `undefined`: the facts tell nothing. */
export function attributionWords(facts: AttributionFacts): AttributionWords | undefined {
  const { acceptedDomains, hasCertificate, senderDomain, address } = facts;
  if (
    typeof senderDomain === 'string' &&
    acceptedDomains.length > 0 &&
    !acceptedDomains.includes(senderDomain)
  ) {
    return {
      cause: `The sender domain ${senderDomain} is not an accepted domain of the tenant (${acceptedDomains.join(', ')}).`,
      advice: `Rewrite the sender to an accepted domain (\`rewrite.sender\` of the source), or add ${senderDomain} to the tenant: New-AcceptedDomain, after it was verified in the admin center.`,
    };
  }
  if (hasCertificate) {
    return {
      cause: 'The client certificate of this connector fits no inbound connector that is switched on.',
      advice:
        'Compare Get-InboundConnector | Format-List Name,Enabled,ConnectorType,TlsSenderCertificateName with the names in the certificate: `relay365 doctor --check client-certificate` shows them.',
    };
  }
  const seen =
    address === undefined
      ? 'The address of this relay'
      : `The address ${address}, from which this relay is seen,`;
  const add = address ?? 'ADDRESS';
  return {
    cause: `${seen} is in no inbound connector that is switched on, and no client certificate was presented.`,
    advice: `Set-InboundConnector -Identity NAME -SenderIPAddresses @{Add="${add}"} -Enabled $true (Get-InboundConnector | Format-List Name,Enabled,ConnectorType,SenderIPAddresses shows what is there), or present a client certificate.`,
  };
}
