/** EHLO and HELO: RFC 5321 4.1.1.1. */
import type { CommandLine } from './command-line.ts';
import { argumentFault, faulty, type Parsed, parsed } from './fault.ts';
import type { Leniency } from './leniency.ts';
import { helloCharactersMax } from './limits.ts';
import { printable } from './reply.ts';

/**
 * Reads the client's name for itself. RFC 5321 4.1.4 forbids to refuse mail for a name that is wrong, and
 * devices send anything, so anything printable is taken as an opaque, bounded claim; octets beyond ASCII become `?`.
 */
export function parseHello(line: CommandLine, leniency: Leniency): Parsed<string> {
  if (line.control) return faulty(argumentFault('The name holds a control character'));
  if (line.argument === '' && !leniency.helloWithoutDomain) {
    return faulty(
      argumentFault(
        `${line.verb} needs a domain name`,
        'a device that greets without a name needs the quirk hello-without-domain in its source',
      ),
    );
  }
  return parsed(printable(line.argument).slice(0, helloCharactersMax));
}
