import { type Document, parseDocument, type YAMLError } from 'yaml';
import type { Code } from '../codes.ts';
import type { Findings } from '../findings.ts';
import { LineIndex } from '../line-index.ts';
import { readValue } from './read-value.ts';
import { YamlFile } from './yaml-file.ts';

/**
 * Text → document with positions. YAML 1.2 core, one document, no directives, tags, merge keys or duplicate keys; what
 * older readers take for something else is refused (docs/errors) and read as it stands, so that the rest of the file is
 * checked in the same run; a file that cannot be read at all gives undefined.
 */
export function parseYaml(path: string, text: string, findings: Findings): YamlFile | undefined {
  const lines = new LineIndex(path, text);
  const document = parseSafely(text);
  if (document === undefined) {
    findings.add('yaml/too-deep', lines.range(0, 0), 'the file is nested too deep to be read');
    return undefined;
  }
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) {
    reportSyntax(error, lines, findings);
    return undefined;
  }
  if (document.directives.yaml.explicit === true || /^%/m.test(text.slice(0, document.range[0]))) {
    findings.add('yaml/directive', lines.range(0, text.indexOf('\n')), 'YAML directives are not used', {
      hint: 'delete the line: every file is YAML 1.2',
    });
    return undefined;
  }
  if (document.contents === null || document.contents === undefined) {
    findings.add('yaml/empty', lines.range(0, 0), 'the file holds nothing', { hint: 'delete it, or write the object' });
    return undefined;
  }
  const before = findings.size;
  const { value, aliases, isReadable } = readValue(document, text, lines, findings);
  if (!isReadable) return undefined;
  return new YamlFile({ path, text, lines, hasTraps: findings.size > before }, document.contents, value, aliases);
}

function parseSafely(text: string): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    });
  } catch (error) {
    // The composer is recursive: thousands of levels end its stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const SYNTAX: Partial<Record<YAMLError['code'], readonly [Code, string?]>> = {
  TAB_AS_INDENT: ['yaml/tab', 'indent with blanks'],
  MULTIPLE_DOCS: ['yaml/several-documents', 'one object a file: move the second to a file of its own'],
  TAG_RESOLVE_FAILED: ['yaml/tag', 'leave the tag out'],
  BAD_DIRECTIVE: ['yaml/directive', 'delete the line: every file is YAML 1.2'],
  RESOURCE_EXHAUSTION: ['yaml/too-deep'],
};

/** Where the parser's words speak of its own functions. */
const MESSAGES: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS: 'a second document starts here',
  RESOURCE_EXHAUSTION: 'the file is nested too deep to be read',
};

function reportSyntax(error: YAMLError, lines: LineIndex, findings: Findings): void {
  const [start, end] = error.pos;
  const [code, hint] = SYNTAX[error.code] ?? ['yaml/syntax'];
  const message = MESSAGES[error.code] ?? error.message.split('\n')[0] ?? '';
  const range = lines.range(start, Math.max(end, start + 1));
  findings.add(code, range, message.charAt(0).toLowerCase() + message.slice(1), { hint: hint ?? syntaxHint(error) });
}

function syntaxHint(error: YAMLError): string | undefined {
  if (
    error.code === 'BAD_SCALAR_START' ||
    error.code === 'UNEXPECTED_TOKEN' ||
    error.code === 'BLOCK_AS_IMPLICIT_KEY'
  ) {
    return 'put text that holds : # { } [ ] , & * ! | > % @ or quotes into quotes';
  }
  if (error.code === 'BAD_INDENT' && error.message.includes('low '))
    return 'close the brace or bracket that is open above';
  if (error.code === 'BAD_INDENT') return 'indent keys of one object by the same number of blanks';
  return undefined;
}
