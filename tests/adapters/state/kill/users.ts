/** The users of every commit of the killed process. */
export const USERS: readonly string[] = Array.from({ length: 50 }, (_, i) => `user-${i}`);
