/** Bounds of one server conversation that the engine itself holds or announces. */
export interface EngineLimits {
  /** Octets of a command line, CR LF counted; RFC 5321 4.5.3.1.4 asks for at least 512. */
  readonly lineBytes: number;
  /** Octets of one message: the value of SIZE (RFC 1870). */
  readonly messageBytes: number;
  /** Value of LIMITS RCPTMAX (RFC 9422). */
  readonly recipients: number;
  /** Value of LIMITS MAILMAX (RFC 9422). */
  readonly messages: number;
}

/** RFC 4954 4: an exchange line of AUTH may have 12288 octets, base64 and CR LF counted. */
export const authLineBytesMax = 12_288;

/** An overlong line is read over up to this many times `lineBytes`; what goes on longer is no client of ours. */
export const overlongLineFactor = 32;

/** RFC 3461 4.4: characters of ENVID, encoded. */
export const envidCharactersMax = 100;
/** RFC 3461 4.2: characters of ORCPT, encoded. */
export const orcptCharactersMax = 500;
/** Characters kept of a HELO or EHLO argument (a domain has at most 255 octets). */
export const helloCharactersMax = 255;
/** Parameters of one MAIL or RCPT; more than all that are known. */
export const parametersMax = 16;
