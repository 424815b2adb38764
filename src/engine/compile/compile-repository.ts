import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts';
import { digestOf } from '../kernel/hash.ts';
import type { PolicySet } from '../model/policy.ts';
import type { Release, ReleaseBundle } from '../model/release.ts';
import { DYN, TIMESTAMP } from '../rules/types.ts';
import { type Context, hasBroken, ObjectIndex, objectsOf } from './context.ts';
import { type EffectiveDefault, effectiveDefaults } from './effective-defaults.ts';
import type { EnvironmentDefinition } from './environment.ts';
import { Findings } from './findings.ts';
import { type CompiledCampaigns, checkRepaired, compileCampaigns } from './kinds/campaign.ts';
import { compileChannels } from './kinds/channel.ts';
import { compileEnvironments } from './kinds/environment.ts';
import { compileLists } from './kinds/list.ts';
import { checkUniqueNames } from './kinds/names.ts';
import { compilePolicies } from './kinds/policy.ts';
import { compileProject } from './kinds/project.ts';
import { checkLateness, compileSources } from './kinds/source.ts';
import { type CompiledTemplate, checkInputs, compileTemplates } from './kinds/template.ts';
import { compileTests } from './kinds/test.ts';
import { objectFacts, releaseNames } from './object-facts.ts';
import { objectUses } from './object-uses.ts';
import { readObjects } from './read-objects.ts';
import type { RepositoryObject } from './repository-object.ts';
import type { CompiledTest } from './test-file.ts';
import type { SourceFile } from './text.ts';

export interface CompileOptions {
  /** Commit the files were read from. */
  readonly commit?: string;
  /** Environment whose patches and variables apply; without one, the files as they stand. */
  readonly environment?: string | undefined;
}

/** Name, kind and place of an object, for lists of what a repository holds. */
export interface ListedObject {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
  readonly description?: string;
  readonly owner?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Objects that it names, as `channel:sms`. */
  readonly uses: readonly string[];
  /** Its file, and the further files that belong to it. */
  readonly files: readonly string[];
  /** What it is called in plans: `table:customers`, `eventType:order.created`. */
  readonly deployedAs: readonly string[];
}

/** What a repository compiles to. `bundle` is absent when any finding is an error. */
export interface CompiledRepository {
  readonly bundle?: ReleaseBundle;
  readonly tests: readonly CompiledTest[];
  readonly environments: Readonly<Record<string, EnvironmentDefinition>>;
  /** Policies of these files; those that judge a change are read from its base instead (`policySetOf`). */
  readonly policies: PolicySet;
  /** Every finding of every file, by file, line and column. */
  readonly diagnostics: readonly Diagnostic[];
  /** Settings that nobody wrote, with the value that holds. */
  readonly defaults: readonly EffectiveDefault[];
  readonly objects: readonly ListedObject[];
  /** Names of the environments that patch objects or set variables. */
  readonly rendering: readonly string[];
}

/**
 * Files of a campaign repository → release, tests, environments, findings. Pure; never throws on a user's mistake; all
 * findings of all files in one run. The digest covers what the files mean: comments and the order of keys are not in it.
 */
export function compileRepository(files: readonly SourceFile[], options: CompileOptions = {}): CompiledRepository {
  const findings = new Findings();
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { objects, broken, repaired, resources } = readObjects(sorted, findings, options.environment);
  const context: Context = {
    findings,
    objects: new ObjectIndex(checkUniqueNames(objects, findings)),
    broken,
    resources,
    eventTypes: new Map(),
    tables: new Map(),
    channels: new Map(),
    lists: new Map(),
    project: undefined,
  };
  compileSources(context);
  context.project = compileProject(context);
  checkLateness(context);
  compileChannels(context);
  compileLists(context);
  const templates = compileTemplates(context);
  const compiled = compileCampaigns(context, templates);
  for (const object of repaired) checkRepaired(context, object, templates);
  checkUnsent(context, templates, compiled);
  const tests = compileTests(context, compiled.campaigns);
  const environments = compileEnvironments(context);
  const policies = compilePolicies(
    {
      findings,
      hasBrokenPolicy: hasBroken(context, 'Policy'),
      ...(hasBroken(context, 'Environment') ? {} : { environments: environmentNames(context) }),
    },
    objectsOf(context, 'Policy'),
  );
  const diagnostics = findings.sorted();
  const bundle = hasErrors(diagnostics) ? undefined : bundleOf(context, compiled, options);
  return {
    ...(bundle === undefined ? {} : { bundle }),
    tests,
    environments,
    policies,
    diagnostics,
    defaults: effectiveDefaults(context),
    rendering: objectsOf(context, 'Environment')
      .filter(({ value: { spec } }) => spec.patches !== undefined || spec.variables !== undefined)
      .map(({ name }) => name),
    objects: context.objects.all.map((object) => listed(context, object)),
  };
}

function listed(context: Context, object: RepositoryObject): ListedObject {
  const { description, owner, labels } = object.value.metadata;
  return {
    kind: object.kind,
    name: object.name,
    file: object.file.path,
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(labels === undefined ? {} : { labels }),
    ...objectUses(context, object),
    deployedAs: releaseNames(object),
  };
}

/** `dev` need not be declared. */
function environmentNames(context: Context): ReadonlySet<string> {
  return new Set([...context.objects.of('Environment').keys(), 'dev']);
}

/** A template that no campaign sends has no entry and no user to check its inputs against; grammar and functions remain. */
function checkUnsent(
  context: Context,
  templates: ReadonlyMap<string, CompiledTemplate>,
  compiled: CompiledCampaigns,
): void {
  const sent = new Set(Object.values(compiled.campaigns).flatMap((campaign) => Object.keys(campaign.templates)));
  for (const [name, template] of templates) {
    if (!sent.has(name)) checkInputs(context, template, { entry: DYN, user: DYN, now: TIMESTAMP });
  }
}

function bundleOf(
  context: Context,
  { campaigns, places }: CompiledCampaigns,
  { commit }: CompileOptions,
): ReleaseBundle | undefined {
  const { project } = context;
  if (project === undefined || objectsOf(context, 'Project').length === 0) return undefined;
  const release: Release = {
    formatVersion: 1,
    project,
    eventTypes: sortedRecord(context.eventTypes),
    tables: sortedRecord(context.tables),
    channels: sortedRecord(context.channels),
    lists: sortedRecord(context.lists),
    campaigns: sortedRecord(new Map(Object.entries(campaigns))),
  };
  return {
    digest: digestOf(release),
    release,
    ...(commit === undefined ? {} : { commit }),
    places,
    facts: objectFacts(context),
  };
}

function sortedRecord<V>(map: ReadonlyMap<string, V>): Readonly<Record<string, V>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
