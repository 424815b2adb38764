import { Command, Flags, type Interfaces } from '@oclif/core';
import type { ChalkInstance } from 'chalk';
import { coloursFor } from './colours.ts';
import { isJsonWanted } from './json-wanted.ts';

/** `--env/-e`, for the commands that work on one environment: `static override flags = { ...envFlag, … }`. */
export const envFlag = {
  env: Flags.string({ char: 'e', env: 'MKA_ENV', helpValue: 'NAME', summary: 'The environment to work on.' }),
};

/** `--select/-s`, for the commands that work on some of the objects (docs/selectors.md). */
export const selectFlags = {
  select: Flags.string({
    char: 's',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'SELECTOR',
    summary: 'Only these objects: campaign:x-*, owner:growth, label:team=shop, changed, state:modified, +x, x+.',
  }),
  base: Flags.string({
    helpValue: 'REF',
    summary: 'What `changed` compares with. Default: the remote’s main branch.',
  }),
};

/**
 * What all commands share: parse, call a use case, print. Data goes to stdout, words to a person to stderr, so that
 * `mka … | jq` works; failures are thrown (MkaError) and printed in one place, src/ui/failure.ts.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    dir: Flags.string({
      char: 'C',
      default: '.',
      helpGroup: 'GLOBAL',
      helpValue: 'PATH',
      summary: 'The campaign repository.',
    }),
    json: Flags.boolean({ helpGroup: 'GLOBAL', summary: 'Print one versioned JSON object instead of text.' }),
    'no-color': Flags.boolean({ helpGroup: 'GLOBAL', summary: 'No colours, as with NO_COLOR set.' }),
    'no-input': Flags.boolean({ helpGroup: 'GLOBAL', summary: 'Never ask anything; what is missing is an error.' }),
  };

  /** True with --json: a command then prints exactly one object, by `printJson`. */
  get wantsJson(): boolean {
    return isJsonWanted(this.argv);
  }

  /** One line or block of data, on stdout. */
  print(text: string): void {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** The one object of --json, on stdout; `version` counts changes of its shape that break a reader. */
  printJson(value: { readonly version: number; readonly [key: string]: unknown }): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Words to a person, on stderr. */
  say(text: string): void {
    process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Ends the command with a code of EXIT that is no failure of mka, such as findings, once run() has returned. */
  endWith(exitCode: number): void {
    process.exitCode = exitCode;
  }

  colours(stream: NodeJS.WriteStream = process.stdout): Promise<ChalkInstance> {
    return coloursFor(stream, this.argv);
  }

  /** oclif would set its own exit code and print its own text; main() reports what was thrown. */
  protected override catch(error: Interfaces.CommandError): Promise<never> {
    return Promise.reject(error);
  }
}
