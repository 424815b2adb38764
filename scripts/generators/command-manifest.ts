import { Plugin, settings } from '@oclif/core';
import { runTool } from '../tools.ts';

export const order = 90;

/** oclif.manifest.json: all commands and flags as data, so that a start loads one command and not all of them. */
export async function outputs(): Promise<ReadonlyMap<string, string>> {
  const build = await runTool('node', ['scripts/build.ts', '--if-stale']);
  if (build.code !== 0) throw new Error(`the manifest is made from dist, and the build is red\n${build.output}`);
  settings.enableAutoTranspile = false;
  const plugin = new Plugin({ root: process.cwd(), type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  return new Map([['oclif.manifest.json', `${JSON.stringify(plugin.manifest, null, 2)}\n`]]);
}
