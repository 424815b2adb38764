/** A review of a pull request, as the forge gives it. */
export interface ForgeReview {
  readonly id: string;
  readonly login: string;
  readonly state: 'approved' | 'changes-requested' | 'dismissed' | 'commented';
  readonly commit: string;
  readonly body: string;
  readonly atMs: number;
}

/**
 * The forge's API, as far as approval and the plan comment need it. Promises: follows pages to their end; waits for rate limits
 * within its deadline; tokens never reach a log or an error; throws MkaError `forge/…`.
 */
export interface ForgePort {
  reviews(pullRequest: number): Promise<readonly ForgeReview[]>;
  /** Logins of the people who wrote the pull request's commits or opened it. */
  authors(pullRequest: number): Promise<readonly string[]>;
  /** Creates or replaces the one comment that carries `marker`. */
  upsertComment(pullRequest: number, marker: string, markdown: string): Promise<'created' | 'updated' | 'unchanged'>;
}
