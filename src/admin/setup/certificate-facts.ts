import type { CertificateItem } from '../../../contract/schemas.ts';
import type { Instant } from '../../platform/clock.ts';

/** One certificate or secret, as far as it may be shown. */
export interface CertificateFacts {
  readonly kind: CertificateItem['kind'];
  /** Of the connector, the source, or the setting. */
  readonly name: string;
  readonly owner?: string;
  readonly usedBy: string;
  readonly subject?: string;
  readonly issuer?: string;
  readonly notBefore?: Instant;
  readonly notAfter?: Instant;
  /** SHA-256, lower-case hexadecimal. */
  readonly fingerprint?: string;
  readonly isSelfSigned?: boolean;
  /** `rsa`, `ec`, …, as Node.js names it. */
  readonly keyType?: string;
}
