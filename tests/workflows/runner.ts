import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Context, condition, filled } from './expressions.ts';

interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Action {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

/** A machine that runs one job of a workflow, as far as this repository's workflows need one. */
export interface Machine {
  /** The checked-out repository. */
  readonly workspace: string;
  /** Folder for what the machine keeps beside it. */
  readonly temp: string;
  /** `github` of expressions. */
  readonly github: Readonly<Record<string, unknown>>;
  /** GITHUB_… and what else the machine sets for every step. */
  readonly variables: Readonly<Record<string, string>>;
  /** Artifact → folder, kept between workflows. */
  readonly artifacts: Map<string, string>;
}

/** What a job came to. */
export interface JobResult {
  /** Name of the step that failed; absent when none did. */
  readonly failed?: string;
  readonly exitCode: number;
  readonly output: string;
  /** Remote actions that were called, with what they were given. */
  readonly called: readonly { readonly action: string; readonly with: Readonly<Record<string, string>> }[];
}

/** Runs a job: scripts by bash as the runner does, local actions, and stand-ins for the remote ones. */
export async function runJob(machine: Machine, file: string, job: string): Promise<JobResult> {
  const workflow = parse(readFileSync(join(machine.workspace, file), 'utf8'));
  return new Job(machine).run(workflow.jobs[job]);
}

class Job {
  readonly #machine: Machine;
  readonly #files: string;
  readonly #called: JobResult['called'][number][] = [];
  #output = '';
  #failed: string | undefined;
  #exitCode = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#files = mkdtempSync(join(machine.temp, 'job-'));
    for (const name of ['path', 'env', 'summary']) writeFileSync(join(this.#files, name), '');
  }

  async run(job: { readonly if?: string; readonly env?: Record<string, unknown>; readonly steps: readonly Step[] }) {
    const context: Context = {
      github: this.#machine.github,
      runner: { temp: this.#machine.temp },
      steps: {},
      inputs: {},
    };
    if (job.if === undefined || condition(job.if, context, false)) await this.#steps(job.steps, context, job.env ?? {});
    return {
      ...(this.#failed === undefined ? {} : { failed: this.#failed }),
      exitCode: this.#exitCode,
      output: this.#output,
      called: this.#called,
    };
  }

  async #steps(steps: readonly Step[], context: Context, env: Readonly<Record<string, unknown>>, folder?: string) {
    for (const step of steps) {
      if (!condition(step.if ?? 'success()', context, this.#failed !== undefined)) continue;
      const all = { ...env, ...step.env };
      const outputs =
        step.uses === undefined ? await this.#script(step, context, all, folder) : await this.#use(step, context, all);
      if (step.id !== undefined) (context.steps as Record<string, unknown>)[step.id] = { outputs };
    }
  }

  async #use(step: Step, context: Context, env: Readonly<Record<string, unknown>>): Promise<Record<string, string>> {
    const given = Object.fromEntries(
      Object.entries(step.with ?? {}).map(([key, value]) => [key, filled(value, context)]),
    );
    const uses = step.uses ?? '';
    if (!uses.startsWith('./')) return this.#remote(uses.split('@')[0] ?? '', given);
    const folder = join(this.#machine.workspace, uses);
    const action: Action = parse(readFileSync(join(folder, 'action.yml'), 'utf8'));
    const inputs = Object.fromEntries(
      Object.entries(action.inputs ?? {}).map(([key, input]) => [
        key,
        given[key] ?? filled(input.default ?? '', context),
      ]),
    );
    const own: Context = { ...context, inputs, steps: {} };
    await this.#steps(action.runs.steps, own, env, folder);
    return Object.fromEntries(
      Object.entries(action.outputs ?? {}).map(([key, { value }]) => [key, filled(value, own)]),
    );
  }

  #remote(action: string, given: Readonly<Record<string, string>>): Record<string, string> {
    this.#called.push({ action, with: given });
    const { artifacts, temp } = this.#machine;
    const { name = '', path = '' } = given;
    if (action === 'actions/upload-artifact' && existsSync(path)) {
      const kept = mkdtempSync(join(temp, 'artifact-'));
      cpSync(path, kept, { recursive: true });
      artifacts.set(name, kept);
    }
    if (action === 'actions/download-artifact') cpSync(artifacts.get(name) ?? '', path, { recursive: true });
    return {};
  }

  async #script(
    step: Step,
    context: Context,
    env: Readonly<Record<string, unknown>>,
    folder = '',
  ): Promise<Record<string, string>> {
    const output = join(this.#files, `output-${Math.random()}`);
    const script = `${output}.sh`;
    writeFileSync(output, '');
    writeFileSync(script, filled(step.run ?? '', context));
    const shell = step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail', script] : ['-e', script];
    const set = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, filled(value, context)]));
    const code = await this.#bash(shell, { ...set, GITHUB_OUTPUT: output, GITHUB_ACTION_PATH: folder });
    if (code !== 0 && this.#failed === undefined) [this.#failed, this.#exitCode] = [step.name ?? step.run ?? '', code];
    return Object.fromEntries(
      readFileSync(output, 'utf8')
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }

  #bash(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
    const { workspace, temp, variables } = this.#machine;
    const path = [...readFileSync(join(this.#files, 'path'), 'utf8').split('\n').reverse(), process.env['PATH'] ?? ''];
    mkdirSync(join(temp, 'home'), { recursive: true });
    const child = spawn('bash', args, {
      cwd: workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        HOME: join(temp, 'home'),
        RUNNER_TEMP: temp,
        GITHUB_PATH: join(this.#files, 'path'),
        GITHUB_ENV: join(this.#files, 'env'),
        GITHUB_STEP_SUMMARY: join(this.#files, 'summary'),
        ...variables,
        ...env,
        PATH: path.filter((part) => part !== '').join(':'),
      },
    });
    child.stdout.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString('utf8');
    });
    return new Promise((settle, reject) => {
      child.on('error', reject);
      child.on('close', (code) => settle(code ?? 1));
    });
  }
}
