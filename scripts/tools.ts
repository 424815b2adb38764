import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface ToolResult {
  readonly code: number;
  /** What it printed on stdout and stderr, in order of arrival. */
  readonly output: string;
}

/** Runs a development tool of node_modules/.bin, or `node` itself, to its end and keeps what it prints. */
export function runTool(name: string, args: readonly string[], options: { cwd?: string } = {}): Promise<ToolResult> {
  const child = spawn(toolPath(name), args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code) => settle({ code: code ?? 1, output }));
  });
}

/** The same with the terminal's own stdout and stderr: for tools that a person watches. */
export function watchTool(name: string, args: readonly string[]): Promise<number> {
  const child = spawn(toolPath(name), args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (code) => settle(code ?? 1));
  });
}

function toolPath(name: string): string {
  if (name === 'node') return process.execPath;
  const path = join(import.meta.dirname, '..', 'node_modules', '.bin', name);
  if (!existsSync(path)) throw new Error(`the development tool ${name} is not installed`);
  return path;
}
