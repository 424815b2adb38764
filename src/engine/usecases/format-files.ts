import { Findings } from '../compile/findings.ts';
import { formatYaml } from '../compile/format-yaml.ts';
import { decodeText, decodeUtf8, type SourceFile } from '../compile/text.ts';
import { parseYaml } from '../compile/yaml/parse.ts';
import type { Diagnostic } from '../kernel/diagnostic.ts';

/** What formatting a repository comes to. */
export interface Formatting {
  /** Files whose canonical form differs, with that form. */
  readonly changed: readonly { readonly path: string; readonly text: string }[];
  /** Files that do not parse; they are left as they are. */
  readonly findings: readonly Diagnostic[];
  /** Files whose form would not mean the same; left as they are. */
  readonly skipped: readonly string[];
}

/** The canonical form of every YAML file of a repository. Pure. */
export function formatFiles(files: readonly SourceFile[]): Formatting {
  const findings = new Findings();
  const changed: { path: string; text: string }[] = [];
  const skipped: string[] = [];
  for (const file of files.filter(({ path }) => /\.ya?ml$/.test(path))) {
    const text = decodeText(file, findings);
    const parsed = text === undefined ? undefined : parseYaml(file.path, text, findings);
    if (text === undefined || parsed === undefined || parsed.hasTraps) continue;
    const formatted = formatYaml(text);
    if (formatted === undefined) skipped.push(file.path);
    // A byte order mark is left out by decoding, so the bytes are compared and not the text.
    else if (formatted !== text || decodeUtf8(file.bytes)?.length !== byteTextLength(file))
      changed.push({ path: file.path, text: formatted });
  }
  return { changed, findings: findings.sorted(), skipped };
}

function byteTextLength({ bytes }: SourceFile): number {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).length;
}
