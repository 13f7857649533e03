/** Judges answers by the files that would come of them, so that `init` writes nothing that `start` refuses. Pure. */
import { findingText, formatPath } from '../config/finding.ts';
import { parseNodeConfig, parsePolicyDocument } from '../config/load.ts';
import { compilePolicy } from '../policy/compile.ts';
import type { Answers } from './init-files.ts';
import { nodeFile, policyFile } from './init-files.ts';

/** What is wrong with the answers, in words; empty where nothing is. */
export function faultsOf(answers: Answers): readonly string[] {
  const node = parseNodeConfig(nodeFile(answers), 'relay365.yaml');
  const policy = parsePolicyDocument(policyFile(answers), 'policy.yaml');
  const found = [
    ...(node.kind === 'faulty' ? node.findings : []),
    ...(policy.kind === 'faulty'
      ? policy.findings
      : compilePolicy(policy.value, 0).findings.map((finding) => ({
          ...finding,
          path: formatPath(finding.path),
        }))),
  ];
  return found
    .filter(({ severity }) => severity === 'error')
    .map((finding) => `${finding.path}: ${findingText(finding)}`);
}
